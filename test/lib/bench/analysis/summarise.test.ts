import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CompletedCell, ResultRecord } from '../../../../lib/bench/model/record.ts';
import {
  closed,
  completedCell,
  loadResult,
  planCell,
  recordedEnvironment,
  recordedPaths,
  recordedPlan,
  recordedRun,
} from '../../../support/recorded-run.ts';

const isCompleted = (record: ResultRecord): record is CompletedCell =>
  record.kind === 'cell' && record.state === 'completed';

const run = recordedRun({ repeats: 2, durationSeconds: 4 });

describe('the summary of a run', () => {
  it('has a row for every path, engine, scenario and level, ceilings last', () => {
    const summary = summarise(run);
    expect(summary.rows).toHaveLength(4 * 2 * 2 * 3);
    const keys = summary.rows.map((row) => `${row.engine} ${row.path.serving} ${row.scenario}`);
    expect([...new Set(keys)].slice(0, 4)).toEqual([
      'onnx torchserve cold',
      'onnx torchserve warm',
      'onnx tfserving cold',
      'onnx tfserving warm',
    ]);
    expect(keys.at(-1)).toBe('null triton_tensorflow warm');
    expect(summary.rows.slice(0, 3).map((row) => row.level)).toEqual([1, 4, 16].map(closed));
    expect(summary.cells).toEqual({
      completed: run.plan.cells.length,
      failed: 0,
      missing: 0,
      missingIds: [],
    });
  });

  it('does not depend on the order of the records and leaves its data alone', () => {
    const before = JSON.stringify(run);
    const shuffled = { ...run, records: run.records.toReversed() };
    const { coldStarts, rows } = summarise(shuffled);
    const expected = summarise(run);
    expect(coldStarts).toEqual(expected.coldStarts);
    expect(rows.map((row) => row.p99Ms)).toEqual(expected.rows.map((row) => row.p99Ms));
    expect(JSON.stringify(run)).toBe(before);
  });

  it('is the same after a round trip through JSON', () => {
    const summary = summarise(run);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  it('counts a cell that was recorded twice once, and takes the first', () => {
    const [firstCell] = run.records.filter(isCompleted);
    if (firstCell === undefined) throw new Error('no cell');
    const again = completedCell(firstCell.cell, loadResult([1, 2, 3], 4));
    const summary = summarise({ ...run, records: [...run.records, again] });
    expect(summary.rows).toEqual(summarise(run).rows);
  });

  it('refuses a record of a cell that is not in the plan', () => {
    const [path] = recordedPaths();
    if (path === undefined) throw new Error('no path');
    const stranger = planCell(path, 'onnx', 'cold', closed(77), 1);
    const records = [completedCell(stranger, loadResult([1], 4))];
    expect(() => summarise({ ...run, records })).toThrow(/closed-77.*plan\.json/);
  });

  it('lists the cells that a cut left without a record, and keeps their rows', () => {
    const records = run.records.slice(0, -3);
    const summary = summarise({ ...run, records });
    expect(summary.cells.missing).toBe(3);
    expect(summary.cells.missingIds).toEqual(run.plan.cells.slice(-3).map((cell) => cell.id));
    expect(summary.rows).toHaveLength(summarise(run).rows.length);
    const last = summary.rows.at(-1);
    expect(last).toMatchObject({ repeats: 1, plannedRepeats: 2 });
  });

  it('compares each path with the null engine at the same level', () => {
    const [row] = summarise(recordedRun({ ceilingFactor: 2 })).rows;
    expect(row?.ceiling?.share).toBeGreaterThan(0.4);
    expect(row?.ceiling?.near).toBe(false);
    const [near] = summarise(recordedRun({ ceilingFactor: 1.1 })).rows;
    expect(near?.ceiling?.near).toBe(true);
    const ceilings = summarise(run).rows.filter((other) => other.engine === 'null');
    expect(ceilings.every((other) => other.ceiling === undefined)).toBe(true);
  });

  it('takes the greatest ceiling where the null engine ran at other levels', () => {
    const [path] = recordedPaths();
    if (path === undefined) throw new Error('no path');
    const cells = [
      planCell(path, 'onnx', 'cold', closed(4), 1),
      planCell(path, 'null', 'warm', closed(8), 1),
      planCell(path, 'null', 'warm', closed(16), 1),
    ];
    const answers = [100, 400, 500];
    const records = cells.map((cell, index) =>
      completedCell(
        cell,
        loadResult(
          Array.from({ length: answers[index] ?? 0 }, () => 5),
          10,
        ),
      ),
    );
    const { rows } = summarise({
      plan: recordedPlan(cells, [path]),
      environment: recordedEnvironment,
      records,
    });
    expect(rows[0]?.ceiling).toEqual({
      requestRatePerSecond: 50,
      share: 0.2,
      worst: { repeat: 1, requestRatePerSecond: 50, share: 0.2 },
      near: false,
      repeats: 1,
    });
  });

  it('gives all cold starts of a path as one', () => {
    const { coldStarts } = summarise(run);
    const [start] = coldStarts ?? [];
    expect(start?.starts).toBe(2 * 3);
    expect(start?.timeToReadyMs.value).toBeGreaterThan(start?.timeToReadyMs.min ?? 0);
  });

  it('keeps a fallen check even where a later one passed', () => {
    const [check] = run.records;
    if (check?.kind !== 'check') throw new Error('no check');
    const fallen = { ...check, state: 'failed' as const, reason: 'cat.jpg: class 5' };
    const summary = summarise({ ...run, records: [fallen, ...run.records] });
    expect(summary.checks[0]).toMatchObject({ state: 'failed', reason: 'cat.jpg: class 5' });
    expect(summary.checks).toHaveLength(8);
  });
});
