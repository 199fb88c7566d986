import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import {
  renderTerminal,
  type TerminalStyle,
} from '../../../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const renderTable = (of: Summary, style: TerminalStyle): string =>
  renderTerminal(reportOf(of), style);

const near = summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 }));
// Written as a number: a control character in the source cannot be seen.
const ESCAPE = String.fromCodePoint(27);

describe('the table for a terminal', () => {
  it.each([120, 100, 80])('fits a terminal of %p columns', (width) => {
    const lines = renderTable(near, { color: false, width }).split('\n');
    const first = lines.findIndex((line) => line.startsWith('Cold: '));
    const table = lines.slice(first).filter((line) => !line.startsWith('! '));
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('keeps target, load, rate, median and marks at any width', () => {
    const text = renderTable(near, { color: false, width: 20 });
    expect(text).toMatch(/^Target +Load +Rate +Median +Marks$/m);
    expect(text).not.toContain('p99');
  });

  it('has no colour if none is wanted', () => {
    expect(renderTable(near, { color: false, width: 120 })).not.toContain(ESCAPE);
    expect(renderTable(near, { color: true, width: 120 })).toContain(ESCAPE);
  });
});
