import type { Summary } from '../analysis/summary.ts';
import { MOST_REPEATS } from '../stats/power.ts';
import type { Verdict } from '../analysis/verdicts/verdict.ts';
import { targetId } from '../model/measurement.ts';
import { csvPieces, runFields } from './csv-text.ts';
import { LOAD_COLUMNS } from './load-csv.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { csvCell } from './keyed-column.ts';
import { DECIDED_COLUMNS, FIGURE_COLUMN, WITHHELD_COLUMN, WORD_COLUMN } from './verdict-columns.ts';
import { repeatsToDecideText } from './verdict-texts.ts';

type Column = readonly [name: string, text: (verdict: Verdict) => string];

/** Whether more repeats are needed than anybody would count. */
const isBeyond = (verdict: Verdict): boolean => repeatsToDecideText(verdict).startsWith('>');

const COLUMNS: readonly Column[] = [
  ...LOAD_COLUMNS,
  ['first', ({ first }) => targetId(first)],
  ['second', ({ second }) => targetId(second)],
  [FIGURE_COLUMN.key, FIGURE_COLUMN.text],
  ...DECIDED_COLUMNS.map((column): Column => [column.key, (verdict) => csvCell(column, verdict)]),
  ['repeats', ({ repeats }) => String(repeats)],
  ['repeats_ahead', ({ repeatsAhead }) => String(repeatsAhead ?? '')],
  ['repeats_tied', ({ repeatsTied }) => String(repeatsTied ?? '')],
  ['repeats_to_decide', (verdict) => (isBeyond(verdict) ? '' : repeatsToDecideText(verdict))],
  ['repeats_to_decide_above', (verdict) => (isBeyond(verdict) ? String(MOST_REPEATS) : '')],
  [WORD_COLUMN.key, WORD_COLUMN.text],
  [WITHHELD_COLUMN.key, WITHHELD_COLUMN.text],
  ['sentence', ({ sentence }) => sentence],
];

function* linesOf({ verdicts: families = [] }: Summary): Generator<readonly string[]> {
  for (const { verdicts } of families) {
    for (const verdict of verdicts)
      yield COLUMNS.map(([, text]) => (text(verdict) === NO_FIGURE ? '' : text(verdict)));
  }
}

/**
 * `verdicts.csv`: one line a pair of targets at one load, all of them. `repeats_to_decide` is empty of what is decided, and where
 * it is more than the number in `repeats_to_decide_above`.
 */
export const renderVerdictCsv = (summary: Summary): Iterable<string> =>
  csvPieces(
    COLUMNS.map(([name]) => name),
    linesOf(summary),
    runFields(summary),
  );
