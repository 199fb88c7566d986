import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { renderTable } from '../../../../lib/bench/report/terminal-table.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ durationSeconds: 3 }));
const near = summarise(recordedRun({ durationSeconds: 3, ceilingFactor: 1.2 }));
// Written as a number: a control character in the source cannot be seen.
const ESCAPE = String.fromCodePoint(27);

describe('the table for a terminal', () => {
  it('begins with the statement and ends with one line break', () => {
    const text = renderTable(summary, { color: false, width: 120 });
    expect(text.split('\n')[0]).toBe(summary.statement);
    expect(text).toMatch(/[^\n]\n$/);
  });

  it('has a line a row of each scenario, and none of the ceilings', () => {
    const lines = renderTable(summary, { color: false, width: 120 }).split('\n');
    expect(lines.filter((line) => /\d VUs? /.test(line))).toHaveLength(4 * 2 * 3);
  });

  it.each([120, 100, 80])('fits a terminal of %p columns', (width) => {
    const [, ...lines] = renderTable(near, { color: false, width }).split('\n');
    const table = lines.filter((line) => !line.startsWith('! '));
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('keeps path, load, rate, median and marks however narrow it is', () => {
    const text = renderTable(near, { color: false, width: 20 });
    expect(text).toMatch(/path +load +req\/s +p50 ms +marks/);
    expect(text).not.toContain('p99');
  });

  it('has no colour where none is wanted', () => {
    expect(renderTable(near, { color: false, width: 120 })).not.toContain(ESCAPE);
    expect(renderTable(near, { color: true, width: 120 })).toContain(ESCAPE);
  });

  it('tells of a run that was cut off', () => {
    const run = recordedRun({ durationSeconds: 3 });
    const cut = summarise({ ...run, records: run.records.slice(0, -1) });
    expect(renderTable(cut, { color: false, width: 120 })).toContain('! The run was cut off');
  });
});
