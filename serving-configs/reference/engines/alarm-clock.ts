/** Runs functions at points of time, to a fraction of a millisecond. */
export interface AlarmClock {
  /** @param dueMs - On the clock of `performance.now()`; a point in the past is now. */
  at(dueMs: number, ring: () => void): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly ring: () => void;
}

/** A timer may fire this much after its time; the last stretch is waited for in the event loop. */
const TIMER_SLACK_MS = 1.5;

const insert = (heap: Alarm[], alarm: Alarm): void => {
  let at = heap.push(alarm) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.dueMs <= alarm.dueMs) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = alarm;
};

const takeFirst = (heap: Alarm[]): Alarm | undefined => {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const right = heap[child + 1];
    if (right !== undefined && right.dueMs < (heap[child]?.dueMs ?? Infinity)) child++;
    const below = heap[child];
    if (below === undefined || below.dueMs >= last.dueMs) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
};

/**
 * One timer for all: Node's timers count whole milliseconds, so it sleeps until shortly before the next point, then
 * turns the event loop until it is reached. That costs processor time, which a calibration for measurements may.
 */
export const createAlarmClock = (now: () => number = () => performance.now()): AlarmClock => {
  const heap: Alarm[] = [];
  let timer: NodeJS.Timeout | undefined;
  let turning = false;

  const work = (): void => {
    clearTimeout(timer);
    timer = undefined;
    turning = false;
    for (let next = heap[0]; next !== undefined && next.dueMs <= now(); next = heap[0]) {
      takeFirst(heap);
      next.ring();
    }
    wait();
  };
  const turn = (): void => {
    if (turning) work();
  };
  const wait = (): void => {
    const next = heap[0];
    if (next === undefined || turning) return;
    const leftMs = next.dueMs - now() - TIMER_SLACK_MS;
    clearTimeout(timer);
    timer = undefined;
    if (leftMs >= 1) {
      timer = setTimeout(work, Math.floor(leftMs));
      return;
    }
    turning = true;
    setImmediate(turn);
  };

  return {
    at(dueMs, ring) {
      insert(heap, { dueMs, ring });
      if (heap[0]?.ring === ring) wait();
    },
  };
};
