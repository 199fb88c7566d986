import { sample } from 'fast-check';
import { checksSupport } from '../../../../lib/bench/analysis/checks/checks-support.ts';
import { rowKey } from '../../../../lib/bench/analysis/row-key.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { byWeight } from '../../../../lib/bench/analysis/verdicts/headline.ts';
import { targetId } from '../../../../lib/bench/model/measurement.ts';
import { renderMeasurementsCsv } from '../../../../lib/bench/report/measurements-csv.ts';
import { chartedGroup } from '../../../../lib/bench/report/charts/charted-targets.ts';
import { COST_COLUMNS } from '../../../../lib/bench/report/cost-columns.ts';
import { renderCsv } from '../../../../lib/bench/report/csv.ts';
import { FIGURES, shownFigures, type FigureColumn } from '../../../../lib/bench/report/figures.ts';
import { formatFigure, NO_FIGURE } from '../../../../lib/bench/wording/format-number.ts';
import { checkCounts } from '../../../../lib/bench/report/check-figures.ts';
import { renderChecksCsv } from '../../../../lib/bench/report/checks-csv.ts';
import { renderHtml } from '../../../../lib/bench/report/html.ts';
import type { KeyedColumn } from '../../../../lib/bench/report/keyed-column.ts';
import { targetLabels } from '../../../../lib/bench/wording/labels.ts';
import { renderMarkdown } from '../../../../lib/bench/report/markdown.ts';
import { headColumns, neededTargetColumns } from '../../../../lib/bench/report/target-column.ts';
import { renderTargetsCsv } from '../../../../lib/bench/report/targets-csv.ts';
import { measuredRows, rowGroups } from '../../../../lib/bench/report/row-groups.ts';
import { SLO_RATE_COLUMNS, SLO_RATE_TITLE } from '../../../../lib/bench/report/slo-rate-columns.ts';
import { renderSloRatesCsv } from '../../../../lib/bench/report/slo-rates-csv.ts';
import {
  renderStudyCsv,
  STUDY_TITLE,
  studyColumns,
} from '../../../../lib/bench/report/study-table.ts';
import { renderSummaryJson } from '../../../../lib/bench/report/summary-json.ts';
import {
  DECIDED_COLUMNS,
  FIGURE_COLUMN,
  wordText,
} from '../../../../lib/bench/report/verdict-columns.ts';
import { renderVerdictCsv } from '../../../../lib/bench/report/verdict-csv.ts';
import {
  familyTitle,
  headlinesOf,
  neededColumns,
} from '../../../../lib/bench/report/verdict-texts.ts';
import { eventfulRun, randomRuns } from '../../../support/random-runs.ts';
import { csvRecords, htmlTables, markdownTables } from '../../../support/read-tables.ts';

/** Any, so that each start of the tests looks at other runs; a name of a failed test has it. */
const SEED = Date.now() % 2 ** 31;

/** A chart shows no figure that the tables do not have, and takes long to draw. */
const withoutCharts = (summary: Summary) =>
  rowGroups(measuredRows(summary)).map((group) => ({
    group,
    charted: chartedGroup(group),
    charts: [],
  }));

const NO_CHARTS = { cost: [] };

const runs = [eventfulRun(), ...sample(randomRuns, { numRuns: 16, seed: SEED })].map((data) => {
  const summary = summarise(data);
  const groups = withoutCharts(summary);
  const html = renderHtml(summary, groups, NO_CHARTS);
  const markdown = renderMarkdown(summary, groups, NO_CHARTS);
  return {
    data,
    summary,
    html,
    inHtml: htmlTables(html),
    inMarkdown: markdownTables(markdown),
    groups: groups.map(({ group }) => group),
    labels: targetLabels(
      summary.rows.map(({ target }) => target),
      summary.plan,
    ),
  };
});
type Run = (typeof runs)[number];

const bracketed = (text: string, details: readonly string[]): string =>
  details.length === 0 ? text : `${text} (${details.join('; ')})`;

const notEmpty = (texts: readonly (string | undefined)[]): readonly string[] =>
  texts.flatMap((text) => (text === undefined || text === '' ? [] : [text]));

/** A page has room for one detail of a figure: why there is none, or its interval, or else its range. */
const pageFigure = (column: FigureColumn, row: SummaryRow): string =>
  bracketed(
    column.text(row),
    notEmpty([column.lack(row), column.interval(row), column.range(row)]).slice(0, 1),
  );

const markdownFigure = (column: FigureColumn, row: SummaryRow): string =>
  bracketed(
    column.text(row),
    notEmpty([column.range(row), column.interval(row), column.lack(row)]),
  );

interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
}

interface ExpectedTable {
  readonly caption: string;
  readonly heading: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table that HTML and Markdown make of the same columns; none where it has no rows. */
const tableOf = <Row>(
  caption: string,
  heading: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): readonly ExpectedTable[] =>
  rows.length === 0
    ? []
    : [
        {
          caption,
          heading,
          head: columns.map(({ title }) => title),
          rows: rows.map((row) => columns.map(({ text }) => text(row).replace(/\s+/g, ' ').trim())),
        },
      ];

/** All tables with figures but those of the results and of the verdicts. */
const plainTables = ({ summary, labels }: Run): readonly ExpectedTable[] => {
  const { costs, sloRates = [], study } = summary;
  const costed = costs?.targets ?? [];
  const counts = checkCounts(summary);
  const count = (title: string, of: (check: (typeof counts)[number]) => number | string) => ({
    title,
    text: (check: (typeof counts)[number]) => String(of(check)),
  });
  return [
    ...tableOf(
      'What a million answers cost',
      'Cost',
      [
        ...headColumns<(typeof costed)[number]>(labels),
        ...neededTargetColumns(COST_COLUMNS, costed),
      ],
      costed,
    ),
    ...tableOf(
      SLO_RATE_TITLE,
      SLO_RATE_TITLE,
      [...headColumns<(typeof sloRates)[number]>(labels), ...SLO_RATE_COLUMNS],
      sloRates,
    ),
    ...tableOf(
      'Rows that each check let pass',
      'Checks',
      [
        count('Check', ({ title }) => title),
        count('Asks', ({ asks }) => asks),
        count('Limit', ({ limit }) => limit),
        count('Passed', ({ passed }) => passed),
        count('Failed', ({ failed }) => failed),
        count('Warned', ({ warned }) => warned),
        count('Unknown', ({ unknown }) => unknown),
        count('Not asked', ({ notApplicable }) => notApplicable),
      ],
      counts,
    ),
    ...tableOf(
      'What the study printed, and what was measured here',
      STUDY_TITLE,
      neededTargetColumns(studyColumns(labels), study?.rows ?? []),
      study?.rows ?? [],
    ),
  ];
};

const inCsv = <Row>(
  columns: readonly Pick<KeyedColumn<Row>, 'key' | 'text' | 'number'>[],
  row: Row,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    columns.map(({ key, text, number = text }) => {
      const shown = text(row) === NO_FIGURE ? '' : text(row);
      // What is next to nothing is a number there.
      return [key, shown.startsWith('<') ? number(row) : shown];
    }),
  );

/** A field of a CSV file as the other outputs write it. */
const asShown = (field: string | undefined): string =>
  field === undefined || field === '' ? NO_FIGURE : formatFigure(Number(field));

/** Columns of a CSV file in which some fields are numbers, and others are text. */
const mixedColumns = (text: string): readonly string[] => {
  const lines = csvRecords(text);
  return Object.keys(lines[0] ?? {}).filter((key) => {
    const fields = lines.map((line) => line[key] ?? '').filter((field) => field !== '');
    const isNumber = fields.map((field) => Number.isFinite(Number(field)));
    return isNumber.includes(true) && isNumber.includes(false);
  });
};

describe(`a figure of the summary of ${runs.length} runs (seed ${SEED})`, () => {
  it('is of every kind that reports know in one of them at least', () => {
    const rows = runs.flatMap(({ summary }) => summary.rows);
    const all = runs.map(({ summary }) => summary);
    const has = {
      failures: rows.some(({ failures = {} }) => failures.timeout !== undefined),
      failedRepeats: rows.some(({ failedRepeats }) => failedRepeats.length > 0),
      greyed: rows.some((row) => !checksSupport(row)),
      unsupported: rows.some(({ percentileSupport }) => percentileSupport?.p99 === false),
      supported: rows.some(({ percentileSupport }) => percentileSupport?.p99 === true),
      intervals: rows.some(({ intervals }) => intervals?.requestRatePerSecond !== undefined),
      withheld: all.some(({ verdicts = [] }) =>
        verdicts.some((family) => family.verdicts.some(({ withheld }) => withheld !== undefined)),
      ),
      decided: all.some(({ verdicts = [] }) =>
        verdicts.some((family) => family.verdicts.some(({ word }) => word === 'faster')),
      ),
      medians: all.some(({ verdicts = [] }) =>
        verdicts.some((family) =>
          family.verdicts.some(
            ({ figure, ratio }) => figure === 'median response time' && ratio !== undefined,
          ),
        ),
      ),
      costs: all.some(({ costs }) => costs !== undefined),
      bounds: all.some(({ sloRates }) => sloRates !== undefined),
      study: all.some(({ study }) => study !== undefined),
    };

    expect(Object.entries(has).filter(([, isThere]) => !isThere)).toEqual([]);
  });

  it('reads alike in HTML, with its range or interval', () => {
    for (const { groups, inHtml } of runs) {
      for (const [caption, isDetail] of [
        ['Results, ', false],
        ['Means of medians, and processor time, ', true],
      ] as const) {
        const tables = inHtml.filter(({ title }) => title.startsWith(caption));
        const wanted = groups.flatMap(({ rows }) => {
          const columns = shownFigures(rows).filter((one) => (one.isDetail === true) === isDetail);
          if (isDetail && columns.length === 0) return [];
          return [rows.map((row) => columns.map((column) => pageFigure(column, row)))];
        });
        expect(tables.map(({ figures }) => figures)).toEqual(wanted);
      }
    }
  });

  it('reads alike in Markdown, with its range and its interval', () => {
    for (const { groups, inMarkdown } of runs) {
      const tables = groups.map(({ title }) => inMarkdown.find((one) => one.title === title));
      const wanted = groups.map(({ rows }) => {
        const columns = shownFigures(rows);
        return rows.map((row) => columns.map((column) => markdownFigure(column, row)));
      });
      expect(
        tables.map((table, index) =>
          table?.rows.map((measurements) =>
            measurements.slice(2, 2 + (wanted[index]?.[0]?.length ?? 0)),
          ),
        ),
      ).toEqual(wanted);
    }
  });

  it('reads alike in CSV, once a row, with the ends of its range and of its interval', () => {
    for (const { summary } of runs) {
      const lines = csvRecords(renderCsv(summary));
      expect(new Set(lines.map((line) => line.run_valid))).toEqual(
        new Set(summary.rows.map(() => String(summary.validity?.valid))),
      );
      expect(lines).toHaveLength(summary.rows.length);
      const read = lines.map((line) => {
        const field = (key: string): string => asShown(line[key]);
        return FIGURES.map(({ key, bounds, ends }) => {
          const [min, max] = [field(`${key}_min`), field(`${key}_max`)];
          const [low, high] = [field(`${key}_low95`), field(`${key}_high95`)];
          return {
            key,
            text: field(key),
            range: bounds === undefined || min === max ? '' : `${min}–${max}`,
            interval: ends === undefined || low === NO_FIGURE ? '' : `95 %: ${low}–${high}`,
          };
        });
      });
      expect(read).toEqual(
        summary.rows.map((row) =>
          FIGURES.map(({ key, text, range, interval }) => ({
            key,
            text: text(row),
            range: range(row),
            interval: interval(row),
          })),
        ),
      );
    }
  });

  it('of a single repeat reads alike in measurements.csv, and is left out where the others leave it out', () => {
    for (const { data, summary } of runs) {
      const lines = csvRecords([...renderMeasurementsCsv(data, summary)].join(''));
      const measurements = data.records.filter((one) => one.kind === 'measurement');
      const shared = FIGURES.filter(({ key }) => Object.keys(lines[0] ?? {}).includes(key));
      expect(shared.length).toBeGreaterThanOrEqual(lines.length > 0 ? 4 : 0);
      for (const row of summary.rows.filter(({ repeats }) => repeats === 1)) {
        const at = measurements.findIndex(
          (one) => one.state === 'completed' && rowKey(one.measurement) === rowKey(row),
        );
        for (const { key, text } of shared) {
          const field = lines[at]?.[key];
          expect(field === '' ? NO_FIGURE : formatFigure(Number(field))).toBe(text(row));
        }
      }
    }
  });

  it('stands alike in HTML and Markdown in the tables of costs, bounds, checks and the study', () => {
    for (const run of runs) {
      for (const { caption, heading, head, rows } of plainTables(run)) {
        const page = run.inHtml.find(({ title }) => title === caption);
        const text = run.inMarkdown.find(
          (one) => one.title === heading && one.head.join() === head.join(),
        );
        expect([page?.head, page?.rows]).toEqual([head, rows]);
        expect(text?.rows).toEqual(rows);
      }
    }
  });

  it('of a verdict stands alike in HTML, Markdown and CSV', () => {
    for (const { summary, labels, inHtml, inMarkdown } of runs) {
      const { verdicts = [] } = summary;
      for (const family of verdicts) {
        const ordered = byWeight(family.verdicts);
        const columns = neededColumns(ordered, labels).filter(({ key }) => key !== 'withheld');
        const page = inHtml.find(({ title }) => title === `Verdicts: ${familyTitle(family)}`);
        expect(page?.head).toContain(
          family.level.loop === 'closed' ? 'Ratio of rates' : 'Ratio of medians',
        );
        const reasons = new Set(ordered.flatMap(({ withheld }) => withheld ?? []));
        expect(page?.rows).toEqual(
          ordered.map((verdict) =>
            columns.map(({ key, text }) =>
              bracketed(
                text(verdict),
                key === 'word' && reasons.size > 1 ? notEmpty([verdict.withheld]) : [],
              ),
            ),
          ),
        );
      }
      for (const { title, rows } of headlinesOf(summary)) {
        const columns = neededColumns(rows, labels);
        expect(inMarkdown.find((one) => one.title === title)?.rows).toEqual(
          rows.map((row) => columns.map(({ text }) => text(row))),
        );
      }
      expect(csvRecords([...renderVerdictCsv(summary)].join(''))).toMatchObject(
        verdicts.flatMap((family) =>
          family.verdicts.map((verdict) => ({
            first: targetId(verdict.first),
            second: targetId(verdict.second),
            ...inCsv([FIGURE_COLUMN, ...DECIDED_COLUMNS], verdict),
            word: wordText(verdict),
            repeats: String(verdict.repeats),
          })),
        ),
      );
    }
  });

  it('is a number in every line of its column in CSV, or empty', () => {
    for (const { data, summary } of runs) {
      const { study } = summary;
      const files = [
        renderCsv(summary),
        [...renderMeasurementsCsv(data, summary)].join(''),
        renderTargetsCsv(summary),
        [...renderVerdictCsv(summary)].join(''),
        renderChecksCsv(summary),
        renderSloRatesCsv(summary),
        ...(study === undefined ? [] : [renderStudyCsv(summary, study)]),
      ];
      expect(files.flatMap(mixedColumns)).toEqual([]);
    }
  });

  it('of a target, a bound or the study stands alike in CSV', () => {
    for (const { summary } of runs) {
      const { costs, sloRates = [], study } = summary;
      const paths = csvRecords(renderTargetsCsv(summary));
      for (const row of costs?.targets ?? []) {
        const { target, engine, scenario } = row;
        const fields = inCsv(COST_COLUMNS, row);
        expect(paths).toContainEqual(
          expect.objectContaining({ target: targetId(target), engine, scenario, ...fields }),
        );
      }
      expect(csvRecords(renderSloRatesCsv(summary))).toMatchObject(
        sloRates.map((rate) => inCsv(SLO_RATE_COLUMNS, rate)),
      );
      if (study === undefined) continue;
      expect(csvRecords(renderStudyCsv(summary, study))).toMatchObject(
        study.rows.map((row) => inCsv(studyColumns(), row)),
      );
    }
  });

  it('survives JSON: every output made from summary.json is the one made from the records', () => {
    for (const { summary, html } of runs.slice(0, 10)) {
      const read = JSON.parse([...renderSummaryJson(summary)].join('')) as Summary;
      expect(summary).toMatchObject(read);
      expect(renderCsv(read)).toBe(renderCsv(summary));
      expect(renderHtml(read, withoutCharts(read), NO_CHARTS)).toBe(html);
    }
  });
});
