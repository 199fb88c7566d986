import type { Change, Comparison } from '../../analysis/comparison/comparison.ts';
import { levelId, pathId } from '../../plan/cell.ts';
import { csvText } from '../csv-text.ts';
import { figureAsNumber, NO_FIGURE } from '../../wording/format-number.ts';
import { csvCell } from '../keyed-column.ts';
import { DECIDED_COLUMNS, FIGURE_COLUMN, wordColumns } from '../verdict-columns.ts';

type Column = readonly [name: string, text: (change: Change) => string];

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ['scenario', ({ scenario }) => scenario],
  ['level', ({ level }) => levelId(level)],
  ['rate_per_second_before', ({ ratePerSecondBefore }) => figureAsNumber(ratePerSecondBefore)],
  ['rate_per_second_after', ({ ratePerSecondAfter }) => figureAsNumber(ratePerSecondAfter)],
  ['p50_ms_before', ({ p50MsBefore }) => figureAsNumber(p50MsBefore)],
  ['p50_ms_after', ({ p50MsAfter }) => figureAsNumber(p50MsAfter)],
  [FIGURE_COLUMN.key, FIGURE_COLUMN.text],
  ...DECIDED_COLUMNS.map((column): Column => [column.key, (change) => csvCell(column, change)]),
  ['repeats_before', ({ repeatsBefore }) => String(repeatsBefore)],
  ['repeats_after', ({ repeatsAfter }) => String(repeatsAfter)],
  ['node_pairs', ({ machines }) => machines?.method ?? ''],
  ['node_pairs_before', ({ machines }) => String(machines?.before ?? '')],
  ['node_pairs_after', ({ machines }) => String(machines?.after ?? '')],
  ...wordColumns('').map(({ key, text }): Column => [key, text]),
  ['sentence', ({ sentence }) => sentence],
];

/** `comparison.csv`: one line a row that both runs have. The last columns name the runs. */
export const renderComparisonCsv = ({ before, after, changes }: Comparison): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    changes.map((change) =>
      COLUMNS.map(([, text]) => (text(change) === NO_FIGURE ? '' : text(change))),
    ),
    [
      ['run_before', before.folder],
      ['run_after', after.folder],
      ['run_before_valid', String(before.valid)],
      ['run_after_valid', String(after.valid)],
    ],
  );
