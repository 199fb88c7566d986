import { latenciesOf, latencyIntervals } from '../../../../lib/bench/analysis/merged-latency.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readDistribution } from '../../../../lib/bench/analysis/statistics/distribution.ts';
import { createRandom } from '../../../../lib/bench/load/random.ts';
import { loadResult, recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ repeats: 6, durationSeconds: 2, scenarios: ['warm'] });

describe('the intervals of a row', () => {
  it('hold the figures that stand in the row, and are the same whenever the run is summarised', () => {
    const { rows } = summarise(run);
    for (const { intervals, requestRatePerSecond, p50Ms } of rows.filter(
      (row) => row.repeats > 1,
    )) {
      const rate = intervals?.requestRatePerSecond;
      expect(rate?.value).toBe(requestRatePerSecond?.value);
      expect(rate?.interval?.low).toBeLessThanOrEqual(rate?.value ?? 0);
      expect(rate?.interval?.high).toBeGreaterThanOrEqual(rate?.value ?? 0);
      expect(intervals?.p50Ms?.value).toBe(p50Ms?.value);
    }
    expect(summarise(run).rows).toEqual(rows);
  });

  it('of p99 are there only where p99 is supported', () => {
    for (const row of summarise(run).rows.filter(({ repeats }) => repeats > 1)) {
      expect(row.intervals?.p99Ms !== undefined).toBe(row.percentileSupport?.p99);
    }
  });

  it('are absent where there is one repeat', () => {
    const { rows } = summarise(recordedRun({ repeats: 1, durationSeconds: 2 }));
    expect(rows.every((row) => row.intervals === undefined)).toBe(true);
  });

  it('of percentiles hold the true ones in about 95 % of runs whose repeats differ', () => {
    const random = createRandom(9);
    const RUNS = 200;
    // Exponential latencies whose mean lies between 19 and 21 ms in each repeat, all as likely.
    const truth = { p50Ms: 20 * Math.LN2, p99Ms: 20 * Math.log(100) };
    const covered = { p50Ms: 0, p99Ms: 0 };
    for (let index = 0; index < RUNS; index += 1) {
      const latencies = latenciesOf(
        Array.from({ length: 5 }, () => {
          const meanMs = 19 + 2 * random();
          const drawn = Array.from({ length: 600 }, () => -meanMs * Math.log(1 - random()));
          return readDistribution(loadResult(drawn, 10).histogram);
        }),
      );
      const intervals = latencies === undefined ? undefined : latencyIntervals(latencies);
      for (const name of ['p50Ms', 'p99Ms'] as const) {
        const { low, high } = intervals?.[name] ?? { low: 1, high: 0 };
        if (low <= truth[name] && truth[name] <= high) covered[name] += 1;
      }
    }
    for (const name of ['p50Ms', 'p99Ms'] as const) {
      expect(covered[name] / RUNS).toBeGreaterThanOrEqual(0.9);
      expect(covered[name] / RUNS).toBeLessThanOrEqual(0.99);
    }
  });
});
