import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../lib/bench/analysis/summary.ts';
import { chartSet } from '../../../../lib/bench/report/charts/chart-set.ts';
import { renderCsv } from '../../../../lib/bench/report/csv.ts';
import { FIGURES } from '../../../../lib/bench/report/figures.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { measuredRows, rowGroups } from '../../../../lib/bench/report/row-groups.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ durationSeconds: 3, directShare: 0.8 }));
const groups = chartSet(summary);
const rows = rowGroups(measuredRows(summary)).flatMap((group) => group.rows);

/** What a row shows, from its figures alone. */
const expected = (row: SummaryRow): string[] => FIGURES.map((column) => column.text(row));

describe('a figure of the summary', () => {
  it('reads alike in HTML', () => {
    const html = renderHtml(summary, groups);
    const tables = [...html.matchAll(/<caption>\s*Results,[\s\S]*?<\/table>/g)].map(
      ([text]) => text,
    );
    const lines = tables.flatMap((table) =>
      [...table.matchAll(/<tr[\s\S]*?<\/tr>/g)].map(([text]) => text).slice(1),
    );
    const figures = lines.map((line) =>
      [...line.matchAll(/<td class="n">([\s\S]*?)<\/td>/g)].map(([, cell = '']) =>
        cell
          .replace(/<small>[\s\S]*?<\/small>/, '')
          .replace(/<[^>]*>/g, '')
          .replace('†', '')
          .trim(),
      ),
    );
    expect(figures).toEqual(rows.map(expected));
  });

  it('reads alike in Markdown', () => {
    const text = renderMarkdown(summary, groups);
    const lines = text
      .slice(text.indexOf('\n## Cold: '))
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (Path|---)/.test(line));
    const figures = lines.map((line) =>
      line
        .split(' | ')
        .slice(2, 2 + FIGURES.length)
        .map((cell) => cell.replace(/ \(.*\)/, '').replace(/[†| ]/g, '')),
    );
    expect(figures).toEqual(rows.map(expected));
  });

  it('reads alike in CSV, once a row', () => {
    const [statement = '', head = '', ...lines] = renderCsv(summary).trimEnd().split('\r\n');
    const names = head.split(',');
    expect(statement).toBe(`# ${summary.statement}`);
    const figures = lines.map((line) => {
      const fields = line.split(',');
      expect(fields).toHaveLength(names.length);
      return FIGURES.map((column) => fields[names.indexOf(column.key)] || '–');
    });
    expect(figures).toEqual(summary.rows.map(expected));
  });
});
