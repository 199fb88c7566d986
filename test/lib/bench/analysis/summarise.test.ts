import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import {
  closed,
  failedMeasurement,
  isCompleted,
  recordedRun,
} from '../../../support/recorded-run.ts';

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
