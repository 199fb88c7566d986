import { setTimeout as wait } from 'node:timers/promises';

import { Registry } from 'prom-client';

import { Admission } from '../../../middleware/admission.ts';
import { addLoadMetrics } from '../../../middleware/metrics/process-metrics.ts';

const limits = { maxInFlight: 1, maxQueue: 1, maxBytesInFlight: 1 };
const INTERVAL_MS = 10_000;

/** Keeps the event loop from running. */
const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

describe('The delay of the event loop', () => {
  let registry: Registry;
  let end: () => void;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setTimeout', 'setImmediate', 'nextTick'] });
    registry = new Registry();
    end = addLoadMetrics(registry, '1', new Admission(limits));
  });
  afterEach(() => {
    end();
    jest.useRealTimers();
  });

  const worst = async (): Promise<number> => {
    const text = await registry.metrics();
    const match = /^middleware_event_loop_delay_seconds\{.*quantile="1"\} (\S+)$/m.exec(text);
    return Number(match?.[1]);
  };

  it('is that of the last full interval, however many read it and how often', async () => {
    await wait(50);
    block(500);
    await wait(50);
    const beforeFirstEnd = await worst();
    jest.advanceTimersByTime(INTERVAL_MS);
    const first = await worst();
    await wait(50);
    const again = await worst();
    jest.advanceTimersByTime(INTERVAL_MS);
    const second = await worst();

    expect(beforeFirstEnd).toBeGreaterThan(0.05);
    expect(first).toBeGreaterThanOrEqual(beforeFirstEnd);
    expect(again).toBe(first);
    expect(second).toBeLessThan(first);
  });
});
