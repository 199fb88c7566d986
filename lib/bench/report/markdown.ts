import { checksSupport } from '../analysis/checks/checks-support.ts';
import type { SloRate } from '../analysis/slo/best-rate.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import type { Chart } from './charts/chart.ts';
import { runCharts, type GroupCharts, type RunCharts } from './charts/chart-set.ts';
import { environmentLines } from './environment-lines.ts';
import { failureLines, type FailureLine } from './failure-lines.ts';
import { absencesIn, shownFigures, unclaimedIn, type FigureColumn } from './figures.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { glanceLines } from './glance-lines.ts';
import { levelLabel, targetLabels } from '../wording/labels.ts';
import { escapeMarkdown, tableRow, markdownTable } from './markdown-text.ts';
import { marksOf } from './marks.ts';
import { noticesOf } from './notices.ts';
import { oddImageLines } from './odd-image-lines.ts';
import { checkLines } from './check-markdown.ts';
import { measuredRows } from './row-groups.ts';
import { headColumns, neededTargetColumns } from './target-column.ts';
import { targetLines } from './target-markdown.ts';
import { STUDY_TITLE, studyColumns, studyFootnote } from './study-table.ts';
import { timeLines } from './time-markdown.ts';
import { validityText } from './validity-lines.ts';
import { SLO_RATE_COLUMNS, SLO_RATE_TITLE, sloRateNote } from './slo-rate-columns.ts';
import { verdictLines } from './verdict-markdown.ts';

const figureText = (column: FigureColumn, row: SummaryRow): string => {
  const text = column.text(row);
  const details = [column.range(row), column.interval(row), column.lack(row) ?? ''].filter(
    (detail) => detail !== '',
  );
  const shown = text + (details.length === 0 ? '' : ` (${details.join('; ')})`);
  return checksSupport(row) || text === NO_FIGURE ? shown : `*${shown}*`;
};

const resultTable = (
  rows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): string[] => {
  const columns = shownFigures(rows);
  const hasMarks = rows.some((row) => marksOf(row).length > 0);
  return [
    tableRow([
      'Target',
      'Load',
      ...columns.map(({ title, unit }) => `${title}, ${unit}`),
      ...(hasMarks ? ['Marks'] : []),
    ]),
    tableRow(['---', '---', ...columns.map(() => '---:'), ...(hasMarks ? ['---'] : [])]),
    ...rows.map((row) => {
      const id = targetId(row.target);
      const marks = marksOf(row).map((mark) => escapeMarkdown(mark.tag));
      return tableRow([
        escapeMarkdown(labels.get(id) ?? id),
        escapeMarkdown(levelLabel(row.level)),
        ...columns.map((column) => figureText(column, row)),
        ...(hasMarks ? [marks.join('; ')] : []),
      ]);
    }),
  ];
};

const chartLines = (charts: readonly Chart[], of: string): readonly string[] =>
  charts.map(({ name, title }) => `![${escapeMarkdown(title)}, ${of}](charts/${name}.svg)`);

/** Lines with an empty one below, where there are any. */
const withBlank = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [...lines, ''];

const groupLines = (
  { group, charts }: GroupCharts,
  labels: ReadonlyMap<string, string>,
): string[] => [
  `## ${escapeMarkdown(group.title)}`,
  '',
  ...resultTable(group.rows, labels),
  '',
  ...unclaimedIn(group.rows).flatMap((note) => [escapeMarkdown(note), '']),
  ...timeLines(group.rows, labels),
  ...chartLines(charts, group.id),
  '',
];

/** The highest rate of each target within the requested bounds; empty if there are none. */
const sloRateLines = (
  { sloRates = [] }: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] =>
  sloRates.length === 0
    ? []
    : [
        `## ${SLO_RATE_TITLE}`,
        '',
        ...markdownTable([...headColumns<SloRate>(labels), ...SLO_RATE_COLUMNS], sloRates),
        '',
        escapeMarkdown(sloRateNote(sloRates)),
        '',
      ];

/** The run beside the study of 2021; empty where they have no load in common. */
const studyLines = (summary: Summary, labels: ReadonlyMap<string, string>): readonly string[] => {
  const { study } = summary;
  if (study === undefined) return [];
  return [
    `## ${STUDY_TITLE}`,
    '',
    ...markdownTable(neededTargetColumns(studyColumns(labels), study.rows), study.rows),
    '',
    escapeMarkdown(studyFootnote(summary, study)),
    '',
  ];
};

const FOOTNOTE =
  'Rates: correct answers ÷ measuring windows. Percentiles: of all repeats’ answers together, where there are enough of them; mean of medians: of the single repeats. In italics: fails a check, no ground for a verdict. In brackets: least and greatest repeat, and the 95 % interval. No-op limit: the same target with the no-op backend.';

const BYPASS_FOOTNOTE =
  'Bypass: the same requests straight to the serving, without the middleware.';

const validityParagraph = (summary: Summary): readonly string[] => {
  const text = validityText(summary);
  return text === undefined ? [] : [`**${escapeMarkdown(text)}**`, ''];
};

/** A folded list; empty where it has no line. */
const foldedLines = (title: string, lines: readonly FailureLine[]): readonly string[] =>
  lines.length === 0
    ? []
    : [
        `<details><summary>${title}</summary>`,
        '',
        ...lines.map(
          ({ path, engine, scenario, load, what }) =>
            `- ${escapeMarkdown(`${path}, ${engine}, ${scenario}, ${load}: ${what}`)}`,
        ),
        '',
        '</details>',
        '',
      ];

/** The report for a pull request: the statement, a table a scenario, the charts by relative links, the environment. */
export const renderMarkdown = (
  summary: Summary,
  groups: readonly GroupCharts[],
  ofRun: RunCharts = runCharts(summary),
): string => {
  const labels = targetLabels(
    summary.rows.map((row) => row.target),
    summary.plan,
  );
  const right = summary.answerChecks.filter((answerCheck) => answerCheck.state === 'passed').length;
  return [
    `**${escapeMarkdown(summary.statement)}**`,
    '',
    ...validityParagraph(summary),
    ...glanceLines(summary, labels).map(
      ({ name, value }) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(value)}`,
    ),
    '',
    ...noticesOf(summary).flatMap((notice) => [`> ${escapeMarkdown(notice)}`, '']),
    ...verdictLines(summary, labels),
    ...sloRateLines(summary, labels),
    ...groups.flatMap((group) => groupLines(group, labels)),
    [
      FOOTNOTE,
      ...(summary.rows.some((row) => row.bypass !== undefined) ? [BYPASS_FOOTNOTE] : []),
      ...absencesIn(measuredRows(summary)),
    ].join(' '),
    '',
    ...checkLines(summary, labels),
    ...targetLines(summary, labels, withBlank(chartLines(ofRun.cost, 'whole run'))),
    ...studyLines(summary, labels),
    `Answer checks: ${right} of ${summary.answerChecks.length} passed.`,
    '',
    ...oddImageLines(summary, labels).map((line) => `- ${escapeMarkdown(line)}`),
    ...(summary.oddImages === undefined ? [] : ['']),
    ...foldedLines('Failures', failureLines(summary, labels)),
    '<details><summary>Environment</summary>',
    '',
    ...environmentLines(summary).map(({ name, value }) => `- ${name}: ${escapeMarkdown(value)}`),
    '',
    '</details>',
    '',
  ].join('\n');
};
