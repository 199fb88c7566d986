import type { LoadEvent } from '../../../../lib/bench/model/load-result.ts';
import { liveLoadAfter } from '../../../../lib/bench/node/live-load.ts';
import type { LiveLoad } from '../../../../lib/bench/results/run-status.ts';

type Progress = Extract<LoadEvent, { event: 'progress' }>;

const told = (elapsedSeconds: number, change: Partial<Progress> = {}): Progress => ({
  event: 'progress',
  phase: 'window',
  elapsedSeconds,
  requestRatePerSecond: 10,
  p50Ms: 40,
  failed: 0,
  ...change,
});

const after = (...all: readonly Progress[]): LiveLoad | undefined =>
  all.reduce<LiveLoad | undefined>(liveLoadAfter, undefined);

describe('how a load goes', () => {
  it('is a rate over the last seconds, so that one answer more or less does not double it', () => {
    const slow = Array.from({ length: 50 }, (_, index) =>
      told((index + 1) * 0.4, { requestRatePerSecond: index % 2 === 0 ? 0 : 5 }),
    );
    const { requestRatePerSecond = 0 } = after(...slow) ?? {};

    expect(requestRatePerSecond).toBeGreaterThan(2);
    expect(requestRatePerSecond).toBeLessThan(3);
  });

  it('follows a rate that has changed', () => {
    const changed = [told(1), ...[2, 4, 8, 16].map((at) => told(at, { requestRatePerSecond: 80 }))];

    expect(after(...changed)?.requestRatePerSecond).toBeGreaterThan(75);
  });

  it('keeps the latest median where no answer came since, and the failures of the whole load', () => {
    expect(after(told(1, { failed: 2 }), told(2, { p50Ms: null, failed: 3 }))).toMatchObject({
      p50Ms: 40,
      failed: 3,
    });
  });

  it('begins again with each phase', () => {
    const warm = told(1, { phase: 'warmup', requestRatePerSecond: 1000 });

    expect(after(warm, told(2, { p50Ms: null }))).toEqual({
      phase: 'window',
      elapsedSeconds: 2,
      requestRatePerSecond: 10,
      failed: 0,
    });
  });
});
