import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { CHECKS } from '../../../../lib/bench/analysis/checks/check.ts';
import { MIDDLEWARE_CPU_LIMIT } from '../../../../lib/bench/analysis/checks/middleware-cpu.ts';
import { targetId } from '../../../../lib/bench/model/measurement.ts';
import {
  checkedRows,
  checkFigureText,
  checkLimitText,
  worstPassed,
} from '../../../../lib/bench/report/check-rows.ts';
import { renderChecksCsv } from '../../../../lib/bench/report/checks-csv.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { csvRecords, htmlTables, markdownTables } from '../../../support/read-tables.ts';

const summary = summarise(recordedRun({ repeats: 2, durationSeconds: 10, directShare: 0.8 }));
const rows = checkedRows(summary);
const asNumber = (text: string | undefined): number | undefined =>
  text === '' || text === undefined ? undefined : Number(text);

describe('the figures of the checks', () => {
  it('stand in checks.csv once a row and check, not rounded, with limit, finding and advice', () => {
    const lines = csvRecords(renderChecksCsv(summary));

    expect(rows.length).toBeGreaterThan(0);
    expect(lines).toHaveLength(rows.length * CHECKS.length);
    expect(
      lines.map(({ target, check, state, figure, limit, finding, advice }) => ({
        target,
        check,
        state,
        finding,
        advice,
        figure: asNumber(figure),
        limit: asNumber(limit),
      })),
    ).toEqual(
      rows.flatMap(({ target, checks }) =>
        checks.map(({ check, state, figure, limit, finding, advice = '' }) => ({
          target: targetId(target),
          check,
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
    const table = page.find(({ title }) => title === 'What each check measured, with its limit');

    expect(table?.rows).toHaveLength(rows.length);
    const [first] = rows;
    const noopLimit = first?.checks.find(({ check }) => check === 'noop-limit');
    if (noopLimit === undefined) throw new Error('no no-op limit');
    const at = table?.head.indexOf('No-op limit') ?? -1;
    expect(table?.rows[0]?.[at]).toContain(
      `${checkFigureText(noopLimit)} (${checkLimitText(noopLimit)})`,
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
    const used = rows.flatMap(({ checks }) =>
      checks.flatMap(({ check, state, figure = 0, limit = 1 }) =>
        check === 'middleware-cpu' && state === 'passed' ? [figure / limit] : [],
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
