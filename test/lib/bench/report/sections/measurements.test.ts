import { renderCsv } from '../../../../../lib/bench/report/render-data.ts';
import { measurementsFile } from '../../../../../lib/bench/report/sections/measurements.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { csvRecords } from '../../../../support/read-tables.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';

const run = recordedRun({ repeats: 2, durationSeconds: 3, directShare: 0.8 });

const linesOf = (data: RunData) => csvRecords([...renderCsv(measurementsFile(data))].join(''));

describe('measurements.csv', () => {
  it('leaves out a percentile for which the measurement has too few answers', () => {
    const measurements = run.records.filter((record) => record.kind === 'measurement');
    const lines = linesOf(run);
    const hasP99 = lines.map((line) => line.p99_ms !== '');

    expect(new Set(hasP99)).toEqual(new Set([true, false]));
    for (const [index, record] of measurements.entries()) {
      if (record.state !== 'completed') throw new Error('not completed');
      const { count, p95Ms, p99Ms } = record.load.latency;
      const bypass = record.bypass?.state === 'completed' ? record.bypass.latency : undefined;
      expect(lines[index]).toMatchObject({
        p95_ms: count < 90 ? '' : String(p95Ms),
        p99_ms: count < 459 ? '' : String(p99Ms),
        bypass_p99_ms: bypass === undefined || bypass.count < 459 ? '' : String(bypass.p99Ms),
      });
    }
  });

  it('says why a measurement has no figures, and leaves their fields empty', () => {
    const [measurement] = run.plan.measurements;
    if (measurement === undefined) throw new Error('no measurements');
    const times = { startedAt: '2026-01-02T03:04:00.000Z', finishedAt: '2026-01-02T03:04:30.000Z' };
    const failed = {
      kind: 'measurement',
      measurement,
      ...times,
      state: 'failed',
      code: 'BENCH_X',
    } as const;
    const [line] = linesOf({ ...run, records: [{ ...failed, message: 'the serving died' }] });

    expect(line).toMatchObject({
      state: 'failed',
      reason: 'the serving died',
      request_rate_per_second: '',
      failed: '',
    });
  });
});
