import { summariseRow } from '../../../../lib/bench/analysis/summarise-row.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
  recordedTargets,
} from '../../../support/recorded-run.ts';

const [target] = recordedTargets();
const measurements = [1, 2, 3].map((repeat) =>
  planMeasurement(target, 'onnx', 'cold', closed(4), repeat),
);
const [first, second, third] = measurements;
if (first === undefined || second === undefined || third === undefined)
  throw new Error('no measurements');
const planned = [first, second, third] as const;

const many = (count: number, latencyMs: number): number[] =>
  Array.from({ length: count }, () => latencyMs);

const phase = (meanMs: number) => ({ meanMs, p50Ms: meanMs, p95Ms: meanMs });

describe('a row of the summary', () => {
  it('gives the rate of all windows together, not the mean of the rates', () => {
    const row = summariseRow(
      planned,
      [
        completedMeasurement(first, loadResult(many(100, 10), 10)),
        completedMeasurement(second, loadResult(many(10, 10), 40)),
      ],
      [],
    );
    expect(row.requestRatePerSecond).toEqual({ value: 110 / 50, min: 10 / 40, max: 100 / 10 });
    expect(row.measuredSeconds).toBe(50);
    expect(row).toMatchObject({ repeats: 2, plannedRepeats: 3 });
  });

  it('gives the rate of an overloaded open loop by when the answers came, not by what was planned', () => {
    // 600 were planned in 10 s and all were answered, but only 180 of them inside the window.
    const load = loadResult(many(600, 9000), 10, { requestRatePerSecond: 18 });
    const row = summariseRow(planned, [completedMeasurement(first, load)], []);

    expect(row.requestRatePerSecond?.value).toBeCloseTo(18);
    expect(row.generatorCpuMsPerRequest).toBeCloseTo(load.self.cpuMs / 180);
  });

  it('adds up what was offered, what could not be sent and what had no answer, and keeps the worst lag', () => {
    const load = loadResult(many(90, 10), 10);
    const row = summariseRow(
      planned,
      [
        completedMeasurement(first, { ...load, offered: 100, unsent: 7, unfinished: 3 }),
        completedMeasurement(second, { ...load, self: { ...load.self, eventLoopLagP99Ms: 12 } }),
      ],
      [],
    );

    expect(row).toMatchObject({ offered: 190, unsent: 7, unfinished: 3, generatorLagP99Ms: 12 });
  });

  it('gives the failed share of all requests and the classes added up', () => {
    const row = summariseRow(
      planned,
      [
        completedMeasurement(
          first,
          loadResult(many(90, 10), 10, { failed: 10, failures: { timeout: 4, 'http-503': 6 } }),
        ),
        completedMeasurement(
          second,
          loadResult(many(300, 10), 10, { failed: 0, failures: { timeout: 0 } }),
        ),
      ],
      [],
    );
    expect(row.failedShare).toEqual({ value: 10 / 400, min: 0, max: 0.1 });
    expect(row.failures).toEqual({ timeout: 4, 'http-503': 6 });
    expect(row).toMatchObject({ succeeded: 390, failed: 10 });
  });

  it('weights means and phases by the answers of the repeats', () => {
    const row = summariseRow(
      planned,
      [
        completedMeasurement(
          first,
          loadResult(many(300, 10), 10, { phases: { upstream: phase(4) } }),
        ),
        completedMeasurement(
          second,
          loadResult(many(100, 50), 10, { phases: { upstream: phase(8) } }),
        ),
      ],
      [],
    );
    expect(row.phases).toEqual({ upstream: { meanMs: 5 } });
    expect(row.meanMs).toBeCloseTo(20, 1);
  });

  it('divides CPU time by all requests, failed ones included', () => {
    const load = loadResult(many(90, 10), 10, { failed: 10 });
    const row = summariseRow(
      planned,
      [
        completedMeasurement(
          first,
          { ...load, self: { ...load.self, cpuMs: 50 } },
          {
            middleware: { processes: 2, cpuMs: 400, busiestCpuShare: 0.1, rssBytes: 1 },
            servingCpuMs: 1000,
          },
        ),
      ],
      [],
    );
    expect(row.middlewareCpuMsPerRequest).toBe(4);
    expect(row.generatorCpuMsPerRequest).toBe(0.5);
    expect(row.servingCpuMsPerRequest).toBe(10);
  });

  it('takes the median of the starts', () => {
    const starts = [1000, 4000, 1200];
    const row = summariseRow(
      planned,
      planned.map((measurement, index) =>
        completedMeasurement(measurement, loadResult([10], 10), {
          start: { timeToReadyMs: starts[index] ?? 0, firstRequestMs: 90 },
        }),
      ),
      [],
    );
    expect(row.timeToReadyMs).toEqual({ value: 1200, min: 1000, max: 4000 });
    expect(row.firstRequestMs).toEqual({ value: 90, min: 90, max: 90 });
  });

  it('passes on what the generator said where it did not keep up', () => {
    const load = loadResult([10], 10);
    const row = summariseRow(
      planned,
      [
        completedMeasurement(first, {
          ...load,
          self: { ...load.self, keptUp: false, reason: 'CPU at 98 % of a core' },
        }),
      ],
      [],
    );
    expect(row.warnings).toEqual(['repeat 1: CPU at 98 % of a core']);
  });

  it('has no figures, but the reasons, where every repeat failed', () => {
    const row = summariseRow(
      planned,
      [],
      [
        {
          kind: 'measurement',
          state: 'failed',
          measurement: second,
          startedAt: '',
          finishedAt: '',
          code: 'BENCH_SERVING_START',
          message: 'it did not start',
        },
      ],
    );
    expect(row).toMatchObject({
      repeats: 0,
      plannedRepeats: 3,
      failedRepeats: [{ repeat: 2, message: 'it did not start' }],
    });
    expect(row).not.toHaveProperty('requestRatePerSecond');
    expect(row).not.toHaveProperty('p50Ms');
  });

  it('has a rate of zero and no percentiles where every request failed', () => {
    const row = summariseRow(
      planned,
      [completedMeasurement(first, loadResult([], 10, { failed: 5, failures: { connect: 5 } }))],
      [],
    );
    expect(row.requestRatePerSecond?.value).toBe(0);
    expect(row.failedShare?.value).toBe(1);
    expect(row).not.toHaveProperty('p50Ms');
    expect(row).not.toHaveProperty('meanMs');
  });
});
