import { schedulesOf } from '../../../../lib/bench/analysis/records.ts';
import { summarise, summariseRow } from '../../../../lib/bench/analysis/summarise.ts';
import {
  closed,
  failedMeasurement,
  isCompleted,
  recordedRun,
  completedMeasurement,
  evenLoad,
  planMeasurement,
} from '../../../support/recorded-run.ts';
import type { LoadResult } from '../../../../lib/bench/model/load-result.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../lib/bench/model/record.ts';

const run = recordedRun({ repeats: 2, durationSeconds: 4 });

describe('The summary of a run', () => {
  it('has a row for every target, engine, scenario and level, no-op limits last', () => {
    const summary = summarise(run);
    expect(summary.rows).toHaveLength(4 * 2 * 2 * 3);
    const keys = summary.rows.map((row) => `${row.engine} ${row.target.serving} ${row.scenario}`);
    expect([...new Set(keys)].slice(0, 4)).toEqual([
      'onnx torchserve cold',
      'onnx torchserve warm',
      'onnx tfserving cold',
      'onnx tfserving warm',
    ]);
    expect(keys.at(-1)).toBe('noop triton_tensorflow warm');
    expect(summary.rows.slice(0, 3).map((row) => row.level)).toEqual([1, 4, 16].map(closed));
    expect(summary.measurements).toEqual({
      completed: run.plan.measurements.length,
      failed: 0,
      failedAnswerCheck: 0,
      missing: 0,
      failures: [],
    });
  });

  it('does not depend on the order of the records, and does not change them', () => {
    const before = JSON.stringify(run);
    const shuffled = { ...run, records: run.records.toReversed() };
    const { coldStarts, rows } = summarise(shuffled);
    const expected = summarise(run);
    expect(coldStarts).toEqual(expected.coldStarts);
    expect(rows.map((row) => row.p99Ms)).toEqual(expected.rows.map((row) => row.p99Ms));
    expect(JSON.stringify(run)).toBe(before);
  });

  it('counts missing measurements of a run that was cut off, and keeps their rows', () => {
    const records = run.records.slice(0, -3);
    const summary = summarise({ ...run, records });
    expect(summary.measurements.missing).toBe(3);
    expect(summary.rows).toHaveLength(summarise(run).rows.length);
    const last = summary.rows.at(-1);
    expect(last).toMatchObject({ repeats: 1, plannedRepeats: 2 });
  });

  it('ends with its last record, even if that is in no row', () => {
    const [first] = run.records.filter(isCompleted);
    if (first === undefined) throw new Error('nothing was measured');
    const finishedAt = '2026-02-01T00:00:00.000Z';
    const failed = { ...failedMeasurement(first.measurement), finishedAt };

    expect(summarise({ ...run, records: [...run.records, failed] }).endedAt).toBe(finishedAt);
  });

  it('summarises all cold starts of a target', () => {
    const { coldStarts } = summarise(run);
    const [start] = coldStarts ?? [];
    expect(start?.starts).toBe(2 * 3);
    expect(start?.timeToReadyMs.median).toBeGreaterThan(start?.timeToReadyMs.min ?? 0);
  });

  it('keeps a failed answer check even if a later one passed', () => {
    const [answerCheck] = run.records;
    if (answerCheck?.kind !== 'answer-check') throw new Error('no check');
    const failed = { ...answerCheck, state: 'failed' as const, reason: 'cat.jpg: class 5' };
    const summary = summarise({ ...run, records: [failed, ...run.records] });
    expect(summary.answerChecks[0]).toMatchObject({ state: 'failed', reason: 'cat.jpg: class 5' });
    expect(summary.answerChecks).toHaveLength(8);
  });
});

const measurementOf = (repeat: number) => planMeasurement({ scenario: 'cold', repeat });
const planned = [measurementOf(1), measurementOf(2), measurementOf(3)] as const;

/** A row of three planned repeats, the first of which have these loads. */
const rowOf = (loads: readonly LoadResult[], extra: Partial<CompletedMeasurement> = {}) =>
  summariseRow(
    planned,
    loads.map((load, index) => completedMeasurement(measurementOf(index + 1), load, extra)),
    [],
  );

/** A window of 10 s with this many answers of 10 ms. */
const answers = (count: number, extra: Partial<LoadResult> = {}, latencyMs = 10) =>
  evenLoad(count, latencyMs, 10, extra);

/** Whether a row with this many answers has p95, p99 and p99.9. */
const claims = (count: number) => {
  const { p95Ms, p99Ms, p999Ms } = rowOf([answers(count)]);
  return [p95Ms, p99Ms, p999Ms].map((figure) => figure !== undefined);
};

describe('A row of the summary', () => {
  it('has the rate over all windows, not the mean of the rates', () => {
    expect(rowOf([answers(100), evenLoad(10, 10, 40)])).toMatchObject({
      requestRatePerSecond: { value: 110 / 50 },
      measuredSeconds: 50,
      repeats: 2,
      plannedRepeats: 3,
    });
  });

  it('has the rate at which an overloaded open loop was answered, not the planned one', () => {
    // 600 requests were planned in 10 s and answered, but only 180 of the answers arrived in the window.
    const load = answers(600, { requestRatePerSecond: 18 }, 9000);
    const row = rowOf([load]);

    expect(row.requestRatePerSecond?.value).toBeCloseTo(18);
    expect(row.generatorCpuMsPerRequest).toBeCloseTo(load.self.cpuMs / 180);
  });

  it('adds up offered and unsent requests', () => {
    const load = answers(90);

    expect(rowOf([{ ...load, offered: 100, unsent: 7 }, load])).toMatchObject({
      offered: 190,
      unsent: 7,
    });
  });

  it('has the failed share of all requests, and the sum of each class of failures', () => {
    const failing = answers(90, { failed: 10, failures: { timeout: 4, 'http-503': 6 } });

    expect(rowOf([failing, answers(300, { failures: { timeout: 0 } })])).toMatchObject({
      failedShare: 10 / 400,
      failures: { timeout: 4, 'http-503': 6 },
      succeeded: 390,
      failed: 10,
    });
  });

  it('weights means by the answers of the repeats, and averages medians without weights', () => {
    const row = rowOf([answers(300), answers(100, {}, 50), answers(0)]);

    expect(row.meanMs).toBeCloseTo(20, 1);
    expect(row.averageOfMediansMs).toBeCloseTo(30, 1);
  });

  it('has an interval around rate and median if there are several repeats', () => {
    const [several, one] = [rowOf([answers(100), answers(120, {}, 11)]), rowOf([answers(100)])];

    for (const figure of [several.requestRatePerSecond, several.p50Ms]) {
      expect(figure?.interval?.low).toBeLessThan(figure?.value ?? 0);
      expect(figure?.interval?.high).toBeGreaterThan(figure?.value ?? Infinity);
    }
    expect(one.requestRatePerSecond?.interval).toBeUndefined();
    expect(one.p50Ms?.interval).toBeUndefined();
  });

  it('has a percentile only if it has enough answers to claim it', () => {
    expect([claims(89), claims(90)]).toEqual([
      [false, false, false],
      [true, false, false],
    ]);
    expect([claims(458), claims(459)]).toEqual([
      [true, false, false],
      [true, true, false],
    ]);
    expect([claims(4602), claims(4603)]).toEqual([
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('divides CPU time by all requests, failed ones included, and that of the serving by all answers of the load', () => {
    const load = answers(90, { failed: 10 });
    const used = {
      middleware: { cpuMs: 400, busiestCpuShare: 0.1 },
      servingUse: { cpuMs: 1200, answers: 120 },
    };

    expect(rowOf([{ ...load, self: { ...load.self, cpuMs: 50 } }], used)).toMatchObject({
      middlewareCpuMsPerRequest: 4,
      generatorCpuMsPerRequest: 0.5,
      servingCpuMsPerRequest: 10,
    });
  });

  it('has reasons but no figures if every repeat failed', () => {
    const row = summariseRow(
      planned,
      [],
      [failedMeasurement(measurementOf(2), 'it did not start')],
    );

    expect(row).toMatchObject({
      repeats: 0,
      plannedRepeats: 3,
      failedRepeats: [{ repeat: 2, message: 'it did not start' }],
    });
    expect(row.requestRatePerSecond).toBeUndefined();
    expect(row.p50Ms).toBeUndefined();
  });

  it('has a rate of zero and no percentiles if every request failed', () => {
    const row = rowOf([answers(0, { failed: 5, failures: { connect: 5 } })]);

    expect(row).toMatchObject({ requestRatePerSecond: { value: 0 }, failedShare: 1 });
    expect(row.p50Ms).toBeUndefined();
    expect(row.meanMs).toBeUndefined();
  });
});

describe('A run with a schedule', () => {
  const scheduled = recordedRun({ repeats: 12, durationSeconds: 4, levels: [closed(4)] });
  const schedule = { kind: 'schedule', repeats: 12 } as const;
  const until = (repeats: number): readonly ResultRecord[] =>
    scheduled.records.filter(
      (record) => record.kind !== 'measurement' || record.measurement.repeat <= repeats,
    );
  const repeatsOf = (...records: readonly ResultRecord[]): number | undefined =>
    summarise({ ...scheduled, records }).headline?.verdicts.at(-1)?.repeats;

  it('has the verdicts of its last look', () => {
    expect(repeatsOf(schedule, ...until(4))).toBe(4);
    expect(repeatsOf(schedule, ...until(6))).toBe(5);
  });

  it('looks at all repeats once its time is up', () => {
    const stopped = { kind: 'stopped', repeats: 6, why: 'time-up' } as const;

    expect(repeatsOf(schedule, ...until(6), stopped)).toBe(6);
  });

  it('has no verdict if its time was up before its first look, and then none of its error is spent', () => {
    const stopped = { kind: 'stopped', repeats: 3, why: 'time-up' } as const;
    const records = [schedule, ...until(3), stopped];

    expect(
      summarise({
        ...scheduled,
        records,
        stopped: { ...stopped, planned: 12 },
      }).headline?.verdicts.at(-1)?.judgement,
    ).toMatchObject({ kind: 'withheld', reason: { code: 'not-looked-yet' } });
    expect(schedulesOf([...records, { ...schedule, repeats: 8 }])).toEqual([
      { repeats: 8, endedAfter: undefined },
    ]);
  });

  it('has a further schedule if it measured on after all repeats of the first', () => {
    expect(schedulesOf([schedule, ...until(12), { ...schedule, repeats: 20 }])).toEqual([
      { repeats: 12, endedAfter: 12 },
      { repeats: 20, endedAfter: undefined },
    ]);
  });

  it('has no verdict before its first look', () => {
    const { headline } = summarise({ ...scheduled, records: [schedule, ...until(3)] });

    expect(headline?.verdicts.at(-1)?.judgement).toEqual({
      kind: 'withheld',
      reason: { code: 'not-looked-yet' },
    });
  });
});
