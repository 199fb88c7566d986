import { setTimeout as sleep } from 'node:timers/promises';

/** Reads a value until it matches, and returns it; throws with the last value if it does not match in time. */
export const readUntil = async <Value>(
  read: () => Value | Promise<Value>,
  matches: (value: Value) => boolean,
  limitMs: number,
  pauseMs = 20,
): Promise<Value> => {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (matches(value)) return value;
    if (performance.now() > end) {
      throw new Error(`not within ${limitMs} ms; the last value was ${JSON.stringify(value)}`);
    }
    await sleep(pauseMs);
  }
};
