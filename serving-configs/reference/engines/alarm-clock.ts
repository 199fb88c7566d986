/** Runs functions at points of time, to a fraction of a millisecond. */
interface AlarmClock {
  /** @param dueMs - On the clock of `performance.now()`; a point in the past is now. */
  at(dueMs: number, ring: () => void): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly ring: () => void;
}

/** A timer may fire this much after its time; the last stretch is waited for in the event loop. */
const TIMER_SLACK_MS = 1.5;

/** Adds an alarm behind those that ring no later. */
const insert = (alarms: Alarm[], alarm: Alarm): void => {
  const place = alarms.findLastIndex(({ dueMs }) => dueMs <= alarm.dueMs);
  alarms.splice(place + 1, 0, alarm);
};

/**
 * One timer for all: Node's timers count whole milliseconds, so it sleeps until shortly before the next point, then
 * turns the event loop until it is reached. That costs processor time, which a calibration for measurements may.
 */
export const createAlarmClock = (): AlarmClock => {
  /** The next one first. */
  const alarms: Alarm[] = [];
  let timer: NodeJS.Timeout | undefined;
  let turning = false;

  const work = (): void => {
    clearTimeout(timer);
    timer = undefined;
    turning = false;
    for (
      let [next] = alarms;
      next !== undefined && next.dueMs <= performance.now();
      [next] = alarms
    ) {
      alarms.shift();
      next.ring();
    }
    wait();
  };
  const wait = (): void => {
    const [next] = alarms;
    if (next === undefined || turning) return;
    const leftMs = next.dueMs - performance.now() - TIMER_SLACK_MS;
    clearTimeout(timer);
    timer = undefined;
    if (leftMs >= 1) {
      timer = setTimeout(work, Math.floor(leftMs));
      return;
    }
    turning = true;
    setImmediate(() => {
      if (turning) work();
    });
  };

  return {
    at(dueMs, ring) {
      insert(alarms, { dueMs, ring });
      if (alarms[0]?.ring === ring) wait();
    },
  };
};
