import { rowKey } from '../../../../lib/bench/analysis/row-key.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { renderCellsCsv } from '../../../../lib/bench/report/cells-csv.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ repeats: 2, durationSeconds: 3, directShare: 0.8 });

/** The lines of the file, each by the names of its columns; no field of these runs holds a comma. */
const linesOf = (data: RunData, summary = summarise(data)): Readonly<Record<string, string>>[] => {
  const [head = '', ...lines] = [...renderCellsCsv(data, summary)].join('').trimEnd().split('\r\n');
  const names = head.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? '']));
  });
};

describe('cells.csv', () => {
  it('has a line for each recorded cell, in the order in which they ran, and says what answered and whether the run is valid', () => {
    expect(linesOf(run).map(({ cell }) => cell)).toEqual(run.plan.cells.map(({ id }) => id));
    expect([...renderCellsCsv(run, summarise(run))].join('')).toMatch(/^cell,serving,/);
    for (const line of linesOf(run)) {
      expect(line).toMatchObject({ compared: 'reference serving', run_valid: 'true' });
    }
  });

  it('names the gates that the row of a cell failed', () => {
    const summary = summarise(run);
    const [row, ...rest] = summary.rows;
    if (row === undefined) throw new Error('no rows');
    const gates = (['little', 'direct', 'oracle'] as const).map((gate) => ({
      gate,
      state: gate === 'direct' ? ('warned' as const) : ('failed' as const),
      finding: 'It was so.',
    }));
    const lines = linesOf(run, { ...summary, rows: [{ ...row, gates }, ...rest] });
    const key = rowKey(row);

    expect(lines.map((line) => line.failed_gates)).toEqual(
      run.plan.cells.map((cell) => (rowKey(cell) === key ? 'little oracle' : '')),
    );
  });

  it('gives the figures as they were measured, not rounded', () => {
    const cells = run.records.filter((record) => record.kind === 'cell');
    const lines = linesOf(run);

    for (const [index, record] of cells.entries()) {
      if (record.state !== 'completed') throw new Error('not completed');
      const { load, start, direct } = record;
      expect(lines[index]).toMatchObject({
        repeat: String(record.cell.repeat),
        state: 'completed',
        request_rate_per_second: String(load.requestRatePerSecond),
        p50_ms: String(load.latency.p50Ms),
        time_to_ready_ms: String(start?.timeToReadyMs ?? ''),
        direct_rate_per_second:
          direct?.state === 'completed' ? String(direct.requestRatePerSecond) : '',
      });
    }
  });

  it('leaves out a percentile of which the cell has too few answers, and says so', () => {
    const cells = run.records.filter((record) => record.kind === 'cell');
    const lines = linesOf(run);
    const supported = lines.map((line) => line.p99_supported);

    expect(new Set(supported)).toEqual(new Set(['true', 'false']));
    for (const [index, record] of cells.entries()) {
      if (record.state !== 'completed') throw new Error('not completed');
      const { count, p95Ms, p99Ms } = record.load.latency;
      const direct = record.direct?.state === 'completed' ? record.direct.latency : undefined;
      expect(lines[index]).toMatchObject({
        p95_ms: count < 90 ? '' : String(p95Ms),
        p95_supported: String(count >= 90),
        p99_ms: count < 459 ? '' : String(p99Ms),
        p99_supported: String(count >= 459),
        direct_p99_ms: direct === undefined || direct.count < 459 ? '' : String(direct.p99Ms),
      });
    }
  });

  it('says why a cell has no figures, and leaves their fields empty', () => {
    const [cell] = run.plan.cells;
    if (cell === undefined) throw new Error('no cells');
    const times = { startedAt: '2026-01-02T03:04:00.000Z', finishedAt: '2026-01-02T03:04:30.000Z' };
    const failed = { kind: 'cell', cell, ...times, state: 'failed', code: 'BENCH_X' } as const;
    const [line] = linesOf({ ...run, records: [{ ...failed, message: 'the serving died' }] });

    expect(line).toMatchObject({
      state: 'failed',
      reason: 'the serving died',
      request_rate_per_second: '',
      failed: '',
    });
  });
});
