import {
  assert,
  constantFrom,
  double,
  integer,
  nat,
  property,
  record,
  subarray,
  uniqueArray,
} from 'fast-check';
import { rowKey } from '../../../../lib/bench/analysis/row-key.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { chartSet } from '../../../../lib/bench/report/charts/chart-set.ts';
import { renderCellsCsv } from '../../../../lib/bench/report/cells-csv.ts';
import { renderCsv } from '../../../../lib/bench/report/csv.ts';
import { FIGURES, shownFigures, type FigureColumn } from '../../../../lib/bench/report/figures.ts';
import { formatFigure, NO_FIGURE } from '../../../../lib/bench/report/format-number.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { measuredRows, rowGroups } from '../../../../lib/bench/report/row-groups.ts';
import { validityText } from '../../../../lib/bench/report/validity-lines.ts';
import type { Scenario } from '../../../../lib/bench/plan/cell.ts';
import { closed, recordedPaths, recordedRun } from '../../../support/recorded-run.ts';

/** Runs of any shape that a plan can have; the generator of the records takes the rest from the seed. */
const recordedRuns = record({
  seed: nat(),
  repeats: integer({ min: 1, max: 6 }),
  durationSeconds: integer({ min: 1, max: 4 }),
  directShare: constantFrom(0, 0.7, 1.1),
  ceilingFactor: double({ min: 0.9, max: 8, noNaN: true }),
  levels: uniqueArray(integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }).map((users) =>
    users.map(closed),
  ),
  scenarios: constantFrom<readonly Scenario[]>(['cold'], ['warm'], ['cold', 'warm']),
  paths: subarray([...recordedPaths()], { minLength: 1 }),
}).map((options) => recordedRun(options));

const runs = recordedRuns.map(summarise);

/** Enough to meet single repeats, single paths, missing direct checks and unsupported percentiles. */
const SAMPLES = { numRuns: 12 };

/** What the tables of a report show of each row: those columns in which a row of the same table has a figure. */
const inTables = (
  summary: Summary,
  isShown: (column: FigureColumn) => boolean = () => true,
): string[][] =>
  rowGroups(measuredRows(summary)).flatMap(({ rows }) => {
    const columns = shownFigures(rows).filter(isShown);
    return rows.map((row) => columns.map((column) => column.text(row)));
  });

const htmlOf = (summary: Summary): string => renderHtml(summary, chartSet(summary));

const inHtml = (html: string, caption = 'Results'): string[][] => {
  const tables = [
    ...html.matchAll(new RegExp(`<caption>\\s*${caption},[\\s\\S]*?</table>`, 'g')),
  ].map(([text]) => text);
  const lines = tables.flatMap((table) =>
    [...table.matchAll(/<tr[\s\S]*?<\/tr>/g)].map(([text]) => text).slice(1),
  );
  return lines.map((line) =>
    [...line.matchAll(/<td class="n[^"]*">([\s\S]*?)<\/td>/g)].map(([, cell = '']) =>
      cell
        .replace(/<small>[\s\S]*?<\/small>/g, '')
        .replace(/<[^>]*>/g, '')
        .replace('†', '')
        .trim(),
    ),
  );
};

/** Held against the summary in `same-time-parts.test.ts`. */
const timeTables = /\n### Where the time goes\n[\s\S]*?(?=\n!\[)/g;

const inMarkdown = (summary: Summary): string[][] => {
  const [text = ''] = renderMarkdown(summary, chartSet(summary)).split('\n## Gates');
  return (
    text
      .slice(text.search(/\n## (Cold|Warm): /))
      // A run of the study's levels has a table of its figures behind these.
      .replace(/\n## Beside the study of 2021[\s\S]*/, '')
      .replaceAll(timeTables, '')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (Path|---)/.test(line))
      .map((line) =>
        line
          .split(' | ')
          .slice(2)
          .map((cell) => cell.replace(/ \(.*\)/, '').replace(/[†*| ]/g, '')),
      )
  );
};

describe('a figure of the summary of any run', () => {
  it('reads alike in HTML', () => {
    assert(
      property(runs, (summary) => {
        const html = htmlOf(summary);
        expect(inHtml(html)).toEqual(inTables(summary, ({ isDetail }) => isDetail !== true));
        expect(inHtml(html, 'Means of medians, and processor time')).toEqual(
          inTables(summary, ({ isDetail }) => isDetail === true),
        );
      }),
      SAMPLES,
    );
  });

  it('reads alike in Markdown', () => {
    assert(
      property(runs, (summary) => {
        const wanted = inTables(summary);
        const shown = inMarkdown(summary);
        expect(shown.map((cells, row) => cells.slice(0, wanted[row]?.length))).toEqual(wanted);
      }),
      SAMPLES,
    );
  });

  it('reads alike in CSV, once a row', () => {
    assert(
      property(runs, (summary) => {
        const [statement = '', validity = '', head = '', ...lines] = renderCsv(summary)
          .trimEnd()
          .split('\r\n');
        const names = head.split(',');
        expect(statement).toBe(`# ${summary.statement}`);
        expect(validity).toBe(`# ${validityText(summary)}`);
        const figures = lines.map((line) => {
          const fields = line.split(',');
          return FIGURES.map((column) => fields[names.indexOf(column.key)] || NO_FIGURE);
        });
        expect(figures).toEqual(
          summary.rows.map((row) => FIGURES.map((column) => column.text(row))),
        );
      }),
      SAMPLES,
    );
  });

  it('of a single repeat reads alike in cells.csv, and is left out where the others leave it out', () => {
    assert(
      property(recordedRuns, (data) => {
        const summary = summarise(data);
        const [, , head = '', ...lines] = renderCellsCsv(data, summary).trimEnd().split('\r\n');
        const names = head.split(',');
        const cells = data.records.filter((one) => one.kind === 'cell');
        const shared = FIGURES.filter(({ key }) => names.includes(key));
        expect(shared.map(({ key }) => key)).toEqual(
          expect.arrayContaining(['request_rate_per_second', 'p50_ms', 'p95_ms', 'p99_ms']),
        );
        for (const row of summary.rows.filter(({ repeats }) => repeats === 1)) {
          const fields =
            lines[cells.findIndex((one) => rowKey(one.cell) === rowKey(row))]?.split(',');
          for (const { key, text } of shared) {
            const field = fields?.[names.indexOf(key)];
            expect(field === '' ? NO_FIGURE : formatFigure(Number(field))).toBe(text(row));
          }
        }
      }),
      SAMPLES,
    );
  });

  it('survives JSON: every output made from summary.json is the one made from the records', () => {
    assert(
      property(runs, (summary) => {
        const read = JSON.parse(JSON.stringify(summary)) as Summary;
        expect(read).toEqual(summary);
        expect(renderCsv(read)).toBe(renderCsv(summary));
        expect(inHtml(htmlOf(read))).toEqual(inHtml(htmlOf(summary)));
      }),
      SAMPLES,
    );
  });
});
