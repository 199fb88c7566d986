import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { GATES } from '../../../../lib/bench/analysis/gates/gate.ts';
import { MIDDLEWARE_CPU_LIMIT } from '../../../../lib/bench/analysis/gates/middleware-cpu.ts';
import { pathId } from '../../../../lib/bench/model/cell.ts';
import {
  gatedRows,
  gateFigureText,
  gateLimitText,
  worstPassed,
} from '../../../../lib/bench/report/gate-rows.ts';
import { renderGatesCsv } from '../../../../lib/bench/report/gates-csv.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { csvRecords, htmlTables, markdownTables } from '../../../support/read-tables.ts';

const summary = summarise(recordedRun({ repeats: 2, durationSeconds: 10, directShare: 0.8 }));
const rows = gatedRows(summary);
const asNumber = (text: string | undefined): number | undefined =>
  text === '' || text === undefined ? undefined : Number(text);

describe('the figures of the gates', () => {
  it('stand in gates.csv once a row and gate, not rounded, with limit, finding and advice', () => {
    const lines = csvRecords(renderGatesCsv(summary));

    expect(rows.length).toBeGreaterThan(0);
    expect(lines).toHaveLength(rows.length * GATES.length);
    expect(
      lines.map(({ path, gate, state, figure, limit, finding, advice }) => ({
        path,
        gate,
        state,
        finding,
        advice,
        figure: asNumber(figure),
        limit: asNumber(limit),
      })),
    ).toEqual(
      rows.flatMap(({ path, gates }) =>
        gates.map(({ gate, state, figure, limit, finding, advice = '' }) => ({
          path: pathId(path),
          gate,
          state,
          finding,
          advice,
          figure,
          limit,
        })),
      ),
    );
  });

  it('stand in the page for the rows that pass, too, as text of the same figures', () => {
    const page = htmlTables(renderHtml(summary, [], { cost: [] }));
    const table = page.find(({ title }) => title === 'What each gate measured, with its limit');

    expect(table?.rows).toHaveLength(rows.length);
    const [first] = rows;
    const ceiling = first?.gates.find(({ gate }) => gate === 'ceiling');
    if (ceiling === undefined) throw new Error('no ceiling');
    const at = table?.head.indexOf('Ceiling') ?? -1;
    expect(table?.rows[0]?.[at]).toContain(
      `${gateFigureText(ceiling)} (${gateLimitText(ceiling)})`,
    );
  });

  it('stand in Markdown where they came nearest to a limit and passed', () => {
    const text = markdownTables(renderMarkdown(summary, [], { cost: [] }));
    const table = text.find(({ head }) => head.includes('Worst that passed'));
    const worst = worstPassed(summary, new Map());

    expect(worst.length).toBeGreaterThan(0);
    expect(table?.rows.map(([title, figure, limit]) => ({ title, figure, limit }))).toEqual(
      worst.map(({ title, figure, limit }) => ({ title, figure, limit })),
    );
    const used = rows.flatMap(({ gates }) =>
      gates.flatMap(({ gate, state, figure = 0, limit = 1 }) =>
        gate === 'middleware-cpu' && state === 'passed' ? [figure / limit] : [],
      ),
    );
    const cpu = worst.find(({ title }) => title === 'Middleware CPU');
    expect(cpu).toBeDefined();
    expect(Number.parseFloat(cpu?.figure ?? '')).toBeCloseTo(
      100 * Math.max(...used) * MIDDLEWARE_CPU_LIMIT,
      0,
    );
  });
});
