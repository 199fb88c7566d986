import type { Summary } from '../../analysis/summary.ts';
import { byWeight, headlineFamilies } from '../../analysis/verdicts/headline.ts';
import type { JudgedFigure } from '../../analysis/verdicts/side.ts';
import type { Verdict, VerdictFamily } from '../../analysis/verdicts/verdict.ts';
import type { Target } from '../../model/measurement.ts';
import { targetId } from '../../model/measurement.ts';
import { MOST_REPEATS, POWER } from '../../stats/power.ts';
import { counted } from '../../wording/format-number.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { dataFile, fold, list, table, text } from '../blocks.ts';
import {
  countColumn,
  dataColumn,
  figureColumn,
  labelOf,
  LOAD_COLUMNS,
  wordColumn,
  type Labels,
} from '../columns.ts';
import { PAGES, type Block, type Column, type DataFile, type Section } from '../model.ts';

/** Nobody reads more sentences than these; the table has all. */
const MOST_SENTENCES = 10;

/** What is undecided says little, and the same of many pairs. */
const MOST_UNDECIDED = 3;

/** A page with more verdicts at other loads would be too large. */
const MOST_OTHERS = 500;

const P_DECIMALS = 4;

/** A p value, always to the same place, so that what lies below 0.05 also reads so. */
export const formatPValue = (value: number | undefined): string => {
  if (value === undefined) return NO_FIGURE;
  const words = value.toFixed(P_DECIMALS);
  return Number(words) === 0 ? `<${(10 ** -P_DECIMALS).toFixed(P_DECIMALS)}` : words;
};

const pColumn = (
  key: string,
  title: string,
  of: (verdict: Verdict) => number | undefined,
): Column<Verdict> => ({
  key,
  title,
  isFigure: true,
  value: (verdict) => {
    const value = of(verdict);
    if (value === undefined) return undefined;
    return formatPValue(value).startsWith('<')
      ? Number(value.toPrecision(3))
      : value.toFixed(P_DECIMALS);
  },
  text: (verdict) => formatPValue(of(verdict)),
});

/** `withheld` in the place of the word where the figures support none. */
export const wordText = ({ word, withheld }: Pick<Verdict, 'word' | 'withheld'>): string =>
  withheld === undefined ? word : 'withheld';

const isOpen = ({ word, withheld }: Verdict): boolean =>
  word === 'undecided' && withheld === undefined;

const aheadText = ({ repeats, repeatsAhead, repeatsTied = 0 }: Verdict): string =>
  `${repeatsAhead ?? NO_FIGURE} of ${repeats}${repeatsTied === 0 ? '' : `, ${repeatsTied} alike`}`;

const pairColumns = (labels: Labels): readonly Column<Verdict>[] => {
  const named = (
    key: string,
    title: string,
    of: (verdict: Verdict) => Target,
  ): Column<Verdict> => ({
    ...wordColumn<Verdict>(key, title, (verdict) => labelOf(labels, of(verdict))),
    value: (verdict) => targetId(of(verdict)),
  });
  return [
    named('first', 'First', ({ first }) => first),
    named('second', 'Second', ({ second }) => second),
  ];
};

const wordOfFirst = wordColumn<Verdict>('word', 'First is', wordText);

const RATIO_TITLES: Readonly<Record<JudgedFigure, string>> = {
  'request rate': 'Ratio of rates',
  'median response time': 'Ratio of medians',
};

const ratioColumns = (figure: JudgedFigure): readonly Column<Verdict>[] => [
  figureColumn('ratio', RATIO_TITLES[figure], undefined, ({ ratio }) => ratio?.value, {
    interval: ({ ratio }) => ratio?.interval,
    ends: ['_low', '_high'],
  }),
  pColumn('p_ratio_1', 'p, ratio 1', ({ pValue }) => pValue),
  pColumn('p_word_adjusted', 'p, word (Holm)', ({ adjustedPValue }) => adjustedPValue),
];

const aheadColumn: Column<Verdict> = {
  ...countColumn<Verdict>('repeats_ahead', 'First ahead in', ({ repeatsAhead }) => repeatsAhead),
  text: aheadText,
};

/** `23`, or `>100`; nothing of what is decided or withheld. */
const toDecideColumn: Column<Verdict> = {
  ...countColumn<Verdict>('repeats_to_decide', 'Repeats to decide', (verdict) =>
    isOpen(verdict) ? verdict.repeatsToDecide : undefined,
  ),
  text: (verdict) =>
    isOpen(verdict) ? String(verdict.repeatsToDecide ?? `>${MOST_REPEATS}`) : NO_FIGURE,
};

/** `verdicts.csv`: one line a pair of targets at one load, all of them. */
export const verdictsFile = ({ verdicts = [] }: Summary): DataFile =>
  dataFile<Verdict>(
    'verdicts.csv',
    [
      ...LOAD_COLUMNS,
      ...pairColumns(new Map()),
      dataColumn('ratio_of', ({ figure }) => figure),
      ...ratioColumns('request rate'),
      dataColumn('confidence_percent', ({ ratio }) =>
        ratio?.interval === undefined ? undefined : (ratio.interval.confidence * 100).toFixed(2),
      ),
      dataColumn('repeats', ({ repeats }) => repeats),
      aheadColumn,
      dataColumn('repeats_tied', ({ repeatsTied }) => repeatsTied),
      toDecideColumn,
      dataColumn('repeats_to_decide_above', (verdict) =>
        isOpen(verdict) && verdict.repeatsToDecide === undefined ? MOST_REPEATS : undefined,
      ),
      wordOfFirst,
      dataColumn('withheld', ({ withheld }) => withheld),
      dataColumn('sentence', ({ sentence }) => sentence),
    ],
    verdicts.flatMap((family) => family.verdicts),
  );

const familyTitle = ({ scenario, level }: VerdictFamily): string =>
  `${scenario === 'cold' ? 'Cold' : 'Warm'}, ${levelLabel(level)}`;

/** What is decided first, and the greatest differences first. A reason that all withheld verdicts share stands once, below. */
const familyTable = (family: VerdictFamily, labels: Labels): readonly Block[] => {
  const reasons = [...new Set(family.verdicts.flatMap(({ withheld }) => withheld ?? []))];
  const isMixed = reasons.length > 1;
  return [
    ...table(
      `Verdicts: ${familyTitle(family)}`,
      [
        ...pairColumns(labels),
        isMixed
          ? { ...wordOfFirst, detail: ({ withheld = '' }: Verdict) => withheld }
          : wordOfFirst,
        ...ratioColumns(family.figure),
        aheadColumn,
        toDecideColumn,
      ],
      byWeight(family.verdicts),
      { file: 'verdicts.csv' },
    ),
    ...(isMixed ? [] : reasons.map((reason) => text(`Withheld: ${reason}`, 'small'))),
  ];
};

/** The verdicts that stand, the clearest first, and what the list leaves out. */
const sentencesOf = ({ verdicts }: VerdictFamily): readonly string[] => {
  const given = byWeight(verdicts).filter(({ withheld }) => withheld === undefined);
  const decided = given.filter(({ word }) => word !== 'undecided');
  const undecided = given.filter(({ word }) => word === 'undecided');
  const said = [...decided, ...undecided.slice(0, MOST_UNDECIDED)].slice(0, MOST_SENTENCES);
  const left = given.length - said.length;
  const [withheld, ...others] = new Set(verdicts.flatMap((verdict) => verdict.withheld ?? []));
  return [
    ...said.map(({ sentence }) => sentence),
    ...(left === 0
      ? []
      : [
          `${left} more ${left === 1 ? 'verdict is' : 'verdicts are'} in the table; ${undecided.length} of all ${given.length} ${undecided.length === 1 ? 'is' : 'are'} undecided.`,
        ]),
    ...(withheld === undefined
      ? []
      : [
          `${verdicts.length - given.length} of ${counted(verdicts.length, 'verdict')} withheld: ${withheld}${others.length === 0 ? '' : ` Other reasons (${others.length}) are in the table.`}`,
        ]),
  ];
};

/** What the run says of each pair of targets: sentences first, then the figures behind them. Nothing where there are no pairs. */
export const verdictSection = (summary: Summary, labels: Labels): Section => {
  const { verdicts = [] } = summary;
  const headlines = headlineFamilies(verdicts);
  const others = verdicts.filter((family) => !headlines.includes(family));
  const count = others.reduce((total, family) => total + family.verdicts.length, 0);
  return {
    id: 'verdicts',
    name: 'Verdicts',
    title: 'Verdicts',
    blocks: [
      ...headlines.flatMap((family) => [
        text(familyTitle(family), 'heading'),
        ...list(sentencesOf(family)),
        text(family.basis, 'small'),
        ...familyTable(family, labels),
      ]),
      ...(count > MOST_OTHERS
        ? [text(`The ${count} verdicts at other loads are in verdicts.csv.`)]
        : fold(
            `${counted(count, 'verdict')} at other loads`,
            others.flatMap((family) => familyTable(family, labels)),
            ['html'],
          )),
      ...(headlines.length === 0
        ? []
        : fold('How to read these figures', [text(verdictFootnote(summary))], PAGES)),
    ],
  };
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
  `${[...new Set(verdicts.map(({ figure }) => figure))]
    .map((figure) => RATIO_NOTES[figure])
    .join(
      ' ',
    )} Repeats run side by side, so each gives one ratio; d are their logarithms, and the interval is exp(mean of d ± t × standard deviation of d ÷ √n), where that deviation is no less than what the least exact repeat is known to, with Student’s t of n − 1 degrees of freedom at the confidence of the row. p, word: the chance of figures that clear if the word were wrong, corrected for all comparisons at that load (Holm); below 0.05 the word is said, and the confidence is 1 − 0.05 ÷ the comparisons that were open at that step. The error is of all words at one load; over several loads it adds up, and each interval holds at its own confidence, not all of them together. p, ratio 1: of this pair alone. Repeats to decide: so many of this length decide the pair in ${POWER * 100} of 100 runs, if ratio and scatter are as seen here, which few repeats tell roughly. Take them in a new run: repeats that are added because these did not decide, and judged together with them, are wrong more often than the error says, and so --resume takes none.`;
