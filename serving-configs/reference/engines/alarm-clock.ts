/** Calls functions at given times, to a fraction of a millisecond. */
interface AlarmClock {
  /** @param dueMs - On the clock of `performance.now()`. If it has passed, the function is called as soon as possible. */
  at(dueMs: number, ring: () => void): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly ring: () => void;
}

/** A timer may fire this much too late, so it is set early and the event loop waits for the rest. */
const TIMER_SLACK_MS = 1.5;

/** Adds an alarm after those that are due no later. */
const insert = (alarms: Alarm[], alarm: Alarm): void => {
  const index = alarms.findLastIndex(({ dueMs }) => dueMs <= alarm.dueMs);
  alarms.splice(index + 1, 0, alarm);
};

/**
 * Creates a clock that is more precise than Node's timers, which count whole milliseconds: it sleeps until shortly before the next
 * alarm, then spins the event loop until the alarm is due. A calibration may spend that CPU time.
 */
export const createAlarmClock = (): AlarmClock => {
  /** In the order in which they are due. */
  const alarms: Alarm[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isSpinning = false;

  const ringDue = (): void => {
    clearTimeout(timer);
    timer = undefined;
    isSpinning = false;
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
    if (next === undefined || isSpinning) return;
    const leftMs = next.dueMs - performance.now() - TIMER_SLACK_MS;
    clearTimeout(timer);
    timer = undefined;
    if (leftMs >= 1) {
      timer = setTimeout(ringDue, Math.floor(leftMs));
      return;
    }
    isSpinning = true;
    setImmediate(() => {
      if (isSpinning) ringDue();
    });
  };

  return {
    at(dueMs, ring) {
      insert(alarms, { dueMs, ring });
      if (alarms[0]?.ring === ring) wait();
    },
  };
};
