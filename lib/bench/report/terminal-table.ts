import { styleText } from 'node:util';
import { checksSupport } from '../analysis/checks/checks-support.ts';
import type { SloRate } from '../analysis/slo/best-rate.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { absencesIn, figure, type FigureColumn } from './figures.ts';
import { levelLabel, targetLabels } from '../wording/labels.ts';
import { marksOf } from './marks.ts';
import { noticesOf } from './notices.ts';
import { headColumns } from './target-column.ts';
import { pairSpreadLines } from './pair-spread-line.ts';
import { measuredRows, rowGroups } from './row-groups.ts';
import { SLO_RATE_COLUMNS, SLO_RATE_TITLE, sloRateNote } from './slo-rate-columns.ts';
import { textTable } from './text-table.ts';
import { headlinesOf } from './verdict-texts.ts';
import { validText } from './validity-lines.ts';

export interface TerminalStyle {
  /** Whether the terminal takes colours; the caller knows NO_COLOR and whether it is one. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

interface TextColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly text: (row: SummaryRow) => string;
  /** The columns with the greatest go first where the terminal is narrow; 0 always stays. */
  readonly expendable: number;
}

type Paint = (format: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;

const painter =
  ({ color }: TerminalStyle): Paint =>
  (format, text) =>
    color ? styleText(format, text, { validateStream: false }) : text;

const figureColumn = (column: FigureColumn, title: string, expendable: number): TextColumn => ({
  title,
  align: 'right',
  text: (row) => column.text(row) + (column.lack(row) === undefined ? '' : '†'),
  expendable,
});

const BYPASS_TITLE = 'of bypass %';

const columnsFor = (labels: ReadonlyMap<string, string>): readonly TextColumn[] => [
  {
    title: 'target',
    align: 'left',
    text: (row) => labels.get(targetId(row.target)) ?? targetId(row.target),
    expendable: 0,
  },
  { title: 'load', align: 'right', text: (row) => levelLabel(row.level), expendable: 0 },
  figureColumn(figure('request_rate_per_second'), 'req/s', 0),
  {
    title: 'range',
    align: 'left',
    text: (row) => figure('request_rate_per_second').range(row),
    expendable: 4,
  },
  figureColumn(figure('p50_ms'), 'p50 ms', 0),
  figureColumn(figure('p95_ms'), 'p95 ms', 2),
  figureColumn(figure('p99_ms'), 'p99 ms', 5),
  figureColumn(figure('failed_percent'), 'failed %', 1),
  figureColumn(figure('middleware_cpu_ms_per_request'), 'mw cpu ms', 6),
  figureColumn(figure('noop_limit_percent'), 'of no-op limit %', 3),
  figureColumn(figure('bypass_percent'), BYPASS_TITLE, 3),
  {
    title: 'marks',
    align: 'left',
    text: (row) =>
      marksOf(row)
        .map((mark) => mark.tag)
        .join(', '),
    expendable: 0,
  },
];

const GAP = 2;

const widthOf = (column: TextColumn, rows: readonly SummaryRow[]): number =>
  Math.max(column.title.length, ...rows.map((row) => column.text(row).length));

/** Drops columns, the most expendable first, until the rest fits, or only the needed ones are left. */
const fitting = (
  columns: readonly TextColumn[],
  rows: readonly SummaryRow[],
  width: number,
): readonly TextColumn[] => {
  const total = columns.reduce((sum, column) => sum + widthOf(column, rows) + GAP, 0) - GAP;
  const most = Math.max(...columns.map((column) => column.expendable));
  if (total <= width || most === 0) return columns;
  return fitting(
    columns.filter((column) => column.expendable !== most),
    rows,
    width,
  );
};

const paintRow = (row: SummaryRow, line: string, paint: Paint): string => {
  if (!checksSupport(row)) return paint('dim', line);
  if (row.repeats === 0 || (row.failed ?? 0) > 0) return paint('red', line);
  return marksOf(row).length > 0 ? paint('yellow', line) : line;
};

const groupTable = (
  rows: readonly SummaryRow[],
  columns: readonly TextColumn[],
  paint: Paint,
): string[] => {
  const widths = columns.map((column) => widthOf(column, rows));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) =>
        columns[index]?.align === 'right'
          ? text.padStart(widths[index] ?? 0)
          : text.padEnd(widths[index] ?? 0),
      )
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    paint('dim', line(columns.map((column) => column.title))),
    ...rows.map((row) => paintRow(row, line(columns.map((column) => column.text(row))), paint)),
  ];
};

/** What each scenario comes to: a few sentences and what they rest on. */
const headlineLines = (summary: Summary, paint: Paint): readonly string[] => {
  const headlines = headlinesOf(summary);
  const bases = new Set(headlines.map(({ family }) => family.basis));
  return [
    ...headlines.flatMap(({ title, sentences, remarks }) => [
      '',
      paint('bold', `Verdicts: ${title}`),
      ...sentences.map((sentence) => `- ${sentence}`),
      ...remarks.map((remark) => paint('dim', `- ${remark}`)),
    ]),
    ...[...bases].map((basis) => paint('dim', basis)),
  ];
};

const validityLines = (summary: Summary, paint: Paint): readonly string[] => {
  const { validity } = summary;
  if (validity === undefined) return [];
  if (validity.valid) return [paint('bold', validText(summary))];
  return [
    paint('bold', 'INVALID'),
    ...validity.reasons.map((reason) => paint('red', `! ${reason}`)),
  ];
};

/** The highest rate of each target within the requested bounds. */
const sloRateLines = (
  { sloRates = [] }: Summary,
  labels: ReadonlyMap<string, string>,
  paint: Paint,
): readonly string[] => {
  if (sloRates.length === 0) return [];
  const columns = [...headColumns<SloRate>(labels), ...SLO_RATE_COLUMNS];
  const table = textTable([
    columns.map(({ title }) => title),
    ...sloRates.map((rate) => columns.map(({ text }) => text(rate))),
  ]);
  return ['', paint('bold', SLO_RATE_TITLE), table, paint('dim', sloRateNote(sloRates))];
};

const hasText = (column: TextColumn, rows: readonly SummaryRow[]): boolean =>
  rows.some((row) => !['', '–'].includes(column.text(row)));

/**
 * The result tables for a terminal, one a scenario, with the statement, whether the run is valid and the verdicts before, and
 * the notices after them. Columns that do not fit are left out; all of them are in the report. Ends with a line break.
 */
export const renderTable = (summary: Summary, style: TerminalStyle): string => {
  const paint = painter(style);
  const rows = measuredRows(summary);
  const labels = targetLabels(
    rows.map((row) => row.target),
    summary.plan,
  );
  const columns = columnsFor(labels).filter((column) => hasText(column, rows));
  const shown = fitting(columns, rows, style.width);
  const hasWeak = shown.some((column) => rows.some((row) => column.text(row).endsWith('†')));
  const hasBypass = shown.some(({ title }) => title === BYPASS_TITLE);
  return [
    summary.statement,
    ...validityLines(summary, paint),
    ...headlineLines(summary, paint),
    ...sloRateLines(summary, labels, paint),
    ...rowGroups(rows).flatMap((group) => [
      '',
      paint('bold', group.title),
      ...groupTable(group.rows, shown, paint),
    ]),
    '',
    ...(hasWeak
      ? [
          paint(
            'dim',
            '† fewer answers than the percentile needs (99 % confidence): 90 for p95, 459 for p99',
          ),
        ]
      : []),
    ...pairSpreadLines(summary).map(({ name, value }) => paint('dim', `${name}: ${value}`)),
    ...(hasBypass ? absencesIn(rows).map((sentence) => paint('dim', `– ${sentence}`)) : []),
    ...noticesOf(summary).map((notice) => paint('yellow', `! ${notice}`)),
  ]
    .join('\n')
    .replace(/\n*$/, '\n');
};
