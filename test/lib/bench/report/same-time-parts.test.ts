import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { chartSet } from '../../../../lib/bench/report/charts/chart-set.ts';
import { renderCsv } from '../../../../lib/bench/report/csv.ts';
import { formatFigure } from '../../../../lib/bench/wording/format-number.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { measuredRows, rowGroups } from '../../../../lib/bench/report/row-groups.ts';
import { partsIn, timePartOf } from '../../../../lib/bench/report/time-words.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ durationSeconds: 3, scenarios: ['warm'] }));
const groups = chartSet(summary);
const rows = rowGroups(measuredRows(summary)).flatMap((group) => group.rows);
const names = partsIn(rows);

/** What a row shows, from its figures alone. */
const parts = rows.map((row) => [
  ...names.map((name) => formatFigure(timePartOf(row, name))),
  formatFigure(row.timeParts?.totalMs),
  formatFigure(row.timeParts?.unattributedMs),
]);

describe('a part of a request', () => {
  it('reads alike in HTML', () => {
    const html = renderHtml(summary, groups);
    const tables = [...html.matchAll(/<caption>\s*Where the time goes,[\s\S]*?<\/table>/g)];
    const lines = tables.flatMap(([table]) =>
      [...table.matchAll(/<tr[\s\S]*?<\/tr>/g)].slice(1).map(([line]) => line),
    );

    expect(
      lines.map((line) =>
        [...line.matchAll(/<td class="n">([\s\S]*?)<\/td>/g)].map(([, measurement]) => measurement),
      ),
    ).toEqual(parts);
  });

  it('reads alike in Markdown', () => {
    const text = renderMarkdown(summary, groups);
    const tables = [...text.matchAll(/\n### Where the time goes\n[\s\S]*?(?=\n!\[)/g)];
    const lines = tables.flatMap(([table]) =>
      table.split('\n').filter((line) => line.startsWith('| ') && !/^\| (Target|---)/.test(line)),
    );

    expect(lines.map((line) => line.replace(/ \|$/, '').split(' | ').slice(2))).toEqual(parts);
  });

  it('reads alike in CSV', () => {
    const [head = '', ...lines] = renderCsv(summary).trimEnd().split('\r\n');
    const columns = head.split(',');
    const wanted = [...names.map((name) => `${name}_ms`), 'mean_ms', 'unattributed_ms'];
    const shown = new Map(
      lines.map((line, index) => [
        summary.rows[index],
        wanted.map((name) => line.split(',')[columns.indexOf(name)]),
      ]),
    );

    expect(rows.map((row) => shown.get(row))).toEqual(parts);
  });
});
