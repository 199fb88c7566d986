import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { lackOfAnswers } from '../../stats/percentile-claim.ts';
import { counted } from '../../wording/format-number.ts';
import type { Labels } from '../../wording/labels.ts';
import { blocks, dataFile, list, onlyIn, table, text } from '../blocks.ts';
import type { GroupCharts } from '../charts/chart-set.ts';
import { loadColumn, targetColumn } from '../columns.ts';
import {
  CPU_COLUMNS,
  hasAny,
  NODE_COLUMNS,
  RESULT_COLUMNS,
  summaryColumns,
  TIME_COLUMNS,
} from '../result-columns.ts';
import {
  EVERYWHERE,
  PAGES,
  type Block,
  type Column,
  type DataFile,
  type Section,
} from '../model.ts';
import type { ShownGroup } from '../row-groups.ts';
import { timeNotes } from '../time-words.ts';

/** A table of rows by target and level; rows that fail a check are greyed. */
const rowTable = (
  caption: string,
  columns: readonly Column<SummaryRow>[],
  rows: readonly SummaryRow[],
  labels: Labels,
  isFolded = false,
): readonly Block[] =>
  table(
    caption,
    [targetColumn<SummaryRow>(labels), { ...loadColumn, isHead: true }, ...columns],
    rows.filter((row) => hasAny(columns, row)),
    { file: 'summary.csv', isGreyed: (row) => !checksSupport(row), isFolded },
  );

/** `Warm`, `Cold, open loop`. */
const nameOf = ({ scenario, loop }: ShownGroup): string =>
  `${scenario === 'cold' ? 'Cold' : 'Warm'}${loop === 'open' ? ', open loop' : ''}`;

/** The charts of a group, and how many targets they leave out. */
const chartBlocks = ({ group: { left }, charts }: GroupCharts): readonly Block[] =>
  charts.length === 0
    ? []
    : blocks(
        left > 0 &&
          text(
            `The charts show the targets with the greatest request rates; ${counted(left, 'more is', 'more are')} in summary.csv.`,
          ),
        { kind: 'charts', charts },
      );

const tableBlocks = ({ scenario, rows, unclaimed }: ShownGroup, labels: Labels): readonly Block[] =>
  blocks(
    rowTable(`Results, ${scenario}`, RESULT_COLUMNS, rows, labels),
    unclaimed.map(({ percentile, answers }) =>
      text(
        `No result has a ${percentile}: the closest one has ${lackOfAnswers(percentile, answers)}.`,
        'small',
      ),
    ),
    onlyIn(
      PAGES,
      rowTable(`Processor time, ${scenario}`, CPU_COLUMNS, rows, labels, true),
      rowTable(
        `Where the time of an average request goes, ${scenario}`,
        TIME_COLUMNS,
        rows.filter(({ timeParts }) => timeParts !== undefined),
        labels,
      ),
      list(timeNotes(rows, labels)),
      rowTable(`What the nodes used, ${scenario}`, NODE_COLUMNS, rows, labels),
    ),
  );

/**
 * The results of one scenario under one kind of load: its charts, and a folded section with all figures.
 *
 * @param isInView whether the charts are open, and not in the folded section
 */
export const resultSections = (
  group: GroupCharts,
  labels: Labels,
  isInView: boolean,
): readonly Section[] => {
  const { id, title } = group.group;
  const charts = chartBlocks(group);
  const tables = tableBlocks(group.group, labels);
  const figures = { id: `${id}-figures`, formats: EVERYWHERE, isFolded: true } as const;
  return isInView
    ? [
        { id, title, blocks: charts },
        { ...figures, title: `${nameOf(group.group)}: all figures`, blocks: tables },
      ]
    : [{ ...figures, title, blocks: [...charts, ...tables] }];
};

/**
 * `summary.csv`: a line for each target, engine, scenario and level. Figures have three significant digits, even those that a page
 * shows as `<0.001`; summary.json and measurements.csv have all digits.
 */
export const summaryFile = ({ plan, rows }: Summary): DataFile =>
  dataFile('summary.csv', summaryColumns(plan), rows);
