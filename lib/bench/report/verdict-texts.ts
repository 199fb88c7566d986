import { counted } from '../wording/counted.ts';
import { byWeight, headlineFamilies } from '../analysis/verdicts/headline.ts';
import type { Summary } from '../analysis/summary.ts';
import type { JudgedFigure } from '../analysis/verdicts/judged-figure.ts';
import type { Verdict, VerdictFamily } from '../analysis/verdicts/verdict.ts';
import { targetId } from '../model/measurement.ts';
import { MOST_REPEATS, POWER } from '../stats/power.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { DECIDED_COLUMNS, FIGURE_COLUMN, WITHHELD_COLUMN, WORD_COLUMN } from './verdict-columns.ts';
import { figureColumn, textColumn, type KeyedColumn } from './keyed-column.ts';

/** More sentences than these nobody reads; the table has all. */
const MOST_SENTENCES = 10;

/** What is undecided says little, and the same of many pairs. */
const MOST_UNDECIDED = 3;

/** More rows than these would make a page too large; verdicts.csv has all. */
const MOST_ROWS = 200;

/** What a scenario comes to, for reading. */
export interface Headline {
  readonly family: VerdictFamily;
  /** `Warm, 10 VUs`. */
  readonly title: string;
  /** Of the verdicts that stand, the clearest first. */
  readonly sentences: readonly string[];
  /** The rows of its table, what is decided first and the greatest differences before smaller ones. */
  readonly rows: readonly Verdict[];
  /** What list and table leave out, each as a sentence: more verdicts, and those that are withheld with their reasons. */
  readonly remarks: readonly string[];
}

export const familyTitle = ({ scenario, level }: VerdictFamily): string =>
  `${scenario === 'cold' ? 'Cold' : 'Warm'}, ${levelLabel(level)}`;

const withheldRemark = (withheld: readonly Verdict[], all: number): string => {
  const reasons = [...new Set(withheld.map((verdict) => verdict.withheld ?? ''))];
  const [first = ''] = reasons;
  const more = reasons.length > 1 ? ` Other reasons (${reasons.length - 1}) are in the table.` : '';
  return `${withheld.length} of ${counted(all, 'verdict')} withheld: ${first}${more}`;
};

const headlineOf = (family: VerdictFamily): Headline => {
  const ordered = byWeight(family.verdicts);
  const given = ordered.filter(({ withheld }) => withheld === undefined);
  const withheld = ordered.filter((verdict) => verdict.withheld !== undefined);
  const decided = given.filter(({ word }) => word !== 'undecided');
  const undecided = given.filter(({ word }) => word === 'undecided');
  const said = [...decided, ...undecided.slice(0, MOST_UNDECIDED)].slice(0, MOST_SENTENCES);
  const left = given.length - said.length;
  return {
    family,
    title: familyTitle(family),
    sentences: said.map(({ sentence }) => sentence),
    rows: ordered.slice(0, MOST_ROWS),
    remarks: [
      ...(left > 0
        ? [
            `${left} more ${left === 1 ? 'verdict is' : 'verdicts are'} in the table; ${undecided.length} of all ${given.length} ${undecided.length === 1 ? 'is' : 'are'} undecided.`,
          ]
        : []),
      ...(ordered.length > MOST_ROWS
        ? [`The table holds ${MOST_ROWS} of ${ordered.length} pairs; verdicts.csv has all.`]
        : []),
      ...(withheld.length > 0 ? [withheldRemark(withheld, ordered.length)] : []),
    ],
  };
};

/** The headlines of a run, one a scenario. Empty where nothing can be compared. */
export const headlinesOf = ({ verdicts = [] }: Summary): readonly Headline[] =>
  headlineFamilies(verdicts).map(headlineOf);

/** The families that no headline shows. */
export const otherFamilies = ({ verdicts = [] }: Summary): readonly VerdictFamily[] => {
  const shown = new Set(headlineFamilies(verdicts));
  return verdicts.filter((family) => !shown.has(family));
};

/** `23`, or `>100`; nothing of what is decided or withheld. */
export const repeatsToDecideText = (verdict: Verdict): string => {
  const { word, withheld, repeatsToDecide } = verdict;
  if (word !== 'undecided' || withheld !== undefined) return NO_FIGURE;
  return repeatsToDecide === undefined ? `>${MOST_REPEATS}` : String(repeatsToDecide);
};

/** The columns of a table of verdicts, with targets by the given names. */
const verdictColumns = (labels: ReadonlyMap<string, string>): readonly KeyedColumn<Verdict>[] => [
  textColumn('first', 'First', ({ first }) => labels.get(targetId(first)) ?? targetId(first)),
  textColumn('second', 'Second', ({ second }) => labels.get(targetId(second)) ?? targetId(second)),
  // Before the figures behind it, which a narrow page cuts off.
  WORD_COLUMN,
  ...DECIDED_COLUMNS,
  figureColumn('repeats_ahead', 'First ahead in', ({ repeats, repeatsAhead, repeatsTied = 0 }) => {
    const ties = repeatsTied === 0 ? '' : `, ${repeatsTied} alike`;
    return `${repeatsAhead ?? '–'} of ${repeats}${ties}`;
  }),
  figureColumn('repeats_to_decide', 'Repeats to decide', repeatsToDecideText),
  WITHHELD_COLUMN,
];

const RATIO_TITLES: Readonly<Record<JudgedFigure, string>> = {
  'request rate': 'Ratio of rates',
  'median response time': 'Ratio of medians',
};

/** The figures that verdicts are of, each once. */
const figuresIn = (verdicts: readonly Pick<Verdict, 'figure'>[]): readonly JudgedFigure[] => [
  ...new Set(verdicts.map(({ figure }) => figure)),
];

/**
 * The columns that a table of these verdicts needs: reasons where one is withheld, advice where one is undecided, and what the
 * ratio is of, in its heading where all have one figure.
 */
export const neededColumns = (
  verdicts: readonly Verdict[],
  labels: ReadonlyMap<string, string>,
): readonly KeyedColumn<Verdict>[] => {
  const [figure, ...others] = figuresIn(verdicts);
  return verdictColumns(labels).flatMap((column) => {
    const { key, text } = column;
    if (key === 'ratio' && figure !== undefined) {
      return others.length === 0
        ? [{ ...column, title: RATIO_TITLES[figure] }]
        : [FIGURE_COLUMN, column];
    }
    const isOptional = key === 'withheld' || key === 'repeats_to_decide';
    return isOptional && verdicts.every((verdict) => ['', NO_FIGURE].includes(text(verdict)))
      ? []
      : [column];
  });
};

/** What a ratio is of and which side of 1 is the faster. */
const RATIO_NOTES: Readonly<Record<JudgedFigure, string>> = {
  'request rate':
    'Ratio of rates (closed loop): request rate of the first ÷ that of the second. Faster: the whole interval is above 1.03; slower: below 1 ÷ 1.03; equivalent: between; else undecided. A rate is known to one answer at best.',
  'median response time':
    'Ratio of medians (open loop): median response time of the first ÷ that of the second, from the planned send time, one median of each repeat, read from its histogram; the rate is that of the load there. The shorter one is the faster: faster, the whole interval is below 1 ÷ 1.03; slower: above 1.03; equivalent: between; else undecided. A median of n answers is known at best to half the distance of the percentiles 50 ± 50 ÷ √n (order statistics), or to 0.1 %, a bucket of the histogram. p99 is not judged, as a single repeat has too few answers for it.',
};

/** How to read the tables of verdicts of a run. */
export const verdictFootnote = ({ verdicts = [] }: Summary): string =>
  `${figuresIn(verdicts)
    .map((figure) => RATIO_NOTES[figure])
    .join(
      ' ',
    )} Repeats run side by side, so each gives one ratio; d are their logarithms, and the interval is exp(mean of d ± t × standard deviation of d ÷ √n), where that deviation is no less than what the least exact repeat is known to, with Student’s t of n − 1 degrees of freedom at the confidence of the row. p, word: the chance of figures that clear if the word were wrong, corrected for all comparisons at that load (Holm); below 0.05 the word is said, and the confidence is 1 − 0.05 ÷ the comparisons that were open at that step. The error is of all words at one load; over several loads it adds up, and each interval holds at its own confidence, not all of them together. p, ratio 1: of this pair alone. Repeats to decide: so many of this length decide the pair in ${POWER * 100} of 100 runs, if ratio and scatter are as seen here, which few repeats tell roughly. Take them in a new run: repeats that are added because these did not decide, and judged together with them, are wrong more often than the error says, and so --resume takes none.`;
