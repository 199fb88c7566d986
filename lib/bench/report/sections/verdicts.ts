import type { Summary } from '../../analysis/summary.ts';
import type {
  HeadlineVerdicts,
  JudgedFigure,
  LoadRatio,
  Verdict,
} from '../../analysis/verdict-types.ts';
import { withheldText } from '../../analysis/verdicts/pairing.ts';
import { type Target, targetId } from '../../model/measurement.ts';
import { FAMILY_ERROR } from '../../stats/judgement.ts';
import { counted, joined } from '../../wording/format-number.ts';
import { judgementText } from '../../wording/judgement-text.ts';
import { labelOf, levelLabel, rowLabels, wireWords, type Labels } from '../../wording/labels.ts';
import { loadsLabel } from '../answer.ts';
import {
  blocks,
  dataFile,
  fold,
  onlyIn,
  table,
  text,
  countColumn,
  dataColumn,
  estimateColumn,
  LOAD_COLUMNS,
  wordColumn,
} from '../blocks.ts';
import type { Block, Column, DataFile, Section } from '../model.ts';

const RANKS: Readonly<Record<Verdict['judgement']['kind'], number>> = {
  faster: 0,
  slower: 0,
  equal: 1,
  bounded: 2,
  noisy: 3,
  withheld: 4,
};

const strength = ({ ratio }: Verdict): number => Math.abs(Math.log(ratio?.value ?? 1));

/** The verdicts in reading order: decided ones first, and greater differences before smaller ones. */
const byWeight = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.toSorted(
    (a, b) => RANKS[a.judgement.kind] - RANKS[b.judgement.kind] || strength(b) - strength(a),
  );

/** Two targets, over all levels or at one. */
type Pair = Pick<Verdict, 'first' | 'second' | 'ratio' | 'repeats'>;

const pairColumns = (labels: Labels): readonly Column<Pair>[] => {
  const columnOf = (key: 'first' | 'second', title: string): Column<Pair> => ({
    ...wordColumn<Pair>(key, title, (pair) => labelOf(labels, pair[key])),
    value: (pair) => targetId(pair[key]),
  });
  return [columnOf('first', 'First'), columnOf('second', 'Second')];
};

const reversalText = ({ reversedAt = [] }: Verdict): string =>
  reversedAt.map(({ level, scenario }) => `${levelLabel(level)}, ${scenario}`).join('; ');

/** Why a verdict is withheld; undefined if it is not. */
const reasonText = ({ judgement }: Verdict, labels: Labels): string | undefined =>
  judgement.kind === 'withheld'
    ? withheldText(judgement.reason, (target) => labelOf(labels, target))
    : undefined;

/** The verdict, with the levels at which it is reversed, or why it is withheld. */
const verdictColumn = (labels: Labels): Column<Verdict> => ({
  ...wordColumn<Verdict>('verdict', 'First is', ({ judgement }) => judgementText(judgement)),
  detail: (verdict) =>
    verdict.reversedAt === undefined
      ? (reasonText(verdict, labels) ?? '')
      : `reversed at ${reversalText(verdict)}`,
});

const RATIO_TITLES: Readonly<Record<JudgedFigure, string>> = {
  'request rate': 'Ratio of rates',
  'median response time': 'Ratio of medians',
};

const ratioColumn = (figure: JudgedFigure): Column<Pair> =>
  estimateColumn('ratio', RATIO_TITLES[figure], undefined, ({ ratio }) => ratio, ['_low', '_high']);

const repeatsColumn: Column<Pair> = countColumn('repeats', 'Repeats', ({ repeats }) => repeats);

/** Two targets at one level. */
interface PairAtLoad extends Pair, Pick<LoadRatio, 'scenario' | 'level'> {}

const pairsAtLoads = ({ verdicts }: HeadlineVerdicts): readonly PairAtLoad[] =>
  verdicts.flatMap(({ first, second, loads }) => loads.map((load) => ({ first, second, ...load })));

/** A line of the CSV file: over all levels, or at one, which has no verdict. */
type PlacedPair = PairAtLoad | Verdict;

const verdictIn = (pair: PlacedPair): Verdict | undefined =>
  'judgement' in pair ? pair : undefined;

/** `verdicts.csv`: a line for each pair of targets over all levels, with the scenario `all`, then one for each pair and level. */
export const verdictsFile = ({ headline, rows, plan }: Summary): DataFile => {
  const labels = rowLabels(rows, plan);
  const ofVerdict = (key: string, textOf: (verdict: Verdict) => string | undefined) =>
    dataColumn<PlacedPair>(key, (pair) => {
      const verdict = verdictIn(pair);
      return verdict && textOf(verdict);
    });
  return dataFile<PlacedPair>(
    'verdicts.csv',
    [
      ...LOAD_COLUMNS.map(({ key, value }) =>
        dataColumn<PlacedPair>(key, (pair) => {
          if ('level' in pair) return value(pair);
          return key === 'scenario' ? 'all' : undefined;
        }),
      ),
      ...pairColumns(new Map()),
      dataColumn('ratio_of', () => headline?.figure),
      ratioColumn('request rate'),
      dataColumn('confidence_percent', ({ ratio }) =>
        ratio?.interval === undefined ? undefined : (ratio.interval.confidence * 100).toFixed(2),
      ),
      repeatsColumn,
      ofVerdict('verdict', ({ judgement }) => judgementText(judgement)),
      ofVerdict('withheld', (verdict) => reasonText(verdict, labels)),
      ofVerdict('reversed_at', reversalText),
    ],
    headline === undefined ? [] : [...headline.verdicts, ...pairsAtLoads(headline)],
  );
};

/** The ratios at each level; nothing if there is only one. */
const ratioBlocks = (headline: HeadlineVerdicts, labels: Labels): readonly Block[] => {
  if (headline.loads.length === 1) return [];
  const pairs = pairsAtLoads(headline).filter(({ ratio }) => ratio !== undefined);
  return onlyIn(
    ['html'],
    fold(
      `${counted(pairs.length, 'ratio')} at single levels`,
      table(
        'Ratios at single levels',
        [
          wordColumn<PairAtLoad>('level', 'Level', ({ scenario, level }) =>
            joined(', ', levelLabel(level), scenario),
          ),
          ...pairColumns(labels),
          ratioColumn(headline.figure),
          repeatsColumn,
        ],
        pairs,
        { file: 'verdicts.csv' },
      ),
    ),
  );
};

const FIGURE_NOTES: Readonly<Record<JudgedFigure, string>> = {
  'request rate': '',
  'median response time':
    'In an open loop the rate is fixed, so verdicts compare the median response time of each repeat, counted from the planned send time; a single repeat has too few answers for a p99. ',
};

const errorText = (decided: number): string => {
  if (decided === 0) return '';
  const among = decided === 1 ? '' : ` among these ${decided}`;
  return `At most ${FAMILY_ERROR * 100} % of runs contain a wrong verdict${among}. `;
};

/** Protocol, payload and encoding if all targets have the same. */
const sharedText = (targets: readonly Target[]): string => {
  const wordsOfTargets = targets.map(wireWords);
  const [first = []] = wordsOfTargets;
  const shared = first.filter((word, index) =>
    wordsOfTargets.every((words) => words[index] === word),
  );
  return shared.length === 0 ? '' : `Same for all: ${shared.join(', ')}. `;
};

/** Does not name the machine of a server that was already running: it may be another one. */
const placeText = ({ environment: { machine, aws }, plan }: Summary): string => {
  if (aws === undefined) {
    const parts =
      plan.runtime === 'running'
        ? 'load generator and middleware'
        : 'load generator, middleware and serving';
    return `on ${counted(machine.cores, 'core')} of ${machine.cpuModel}, shared by ${parts}`;
  }
  const types = aws.pairs.map(
    ({ serving, middleware }) => `${serving.instanceType} behind ${middleware.instanceType}`,
  );
  return `on ${[...new Set(types)].join(' and ')}`;
};

const realityText = ({ plan: { runtime, served = {} } }: Summary): string => {
  if (runtime === 'simulated') {
    return ' One simulated server answered for all: the verdicts compare the APIs, not the real servers.';
  }
  const hasStandIns = Object.values(served).some(({ real }) => !real);
  return hasStandIns ? ' A stand-in is not the real server.' : '';
};

/** What a reader must know about the headline verdicts: their error rate, the figure, and what was measured where. */
const explanationOf = (summary: Summary, headline: HeadlineVerdicts): string => {
  const { figure, verdicts, given: count } = headline;
  const targets = verdicts.flatMap(({ first, second }) => [first, second]);
  return [
    errorText(count),
    count === 0 ? '' : FIGURE_NOTES[figure],
    sharedText(targets),
    `Measured ${placeText(summary)}.`,
    realityText(summary),
  ].join('');
};

/** The verdicts on each pair of targets; undefined without pairs. */
export const verdictSection = (summary: Summary, labels: Labels): Section | undefined => {
  const { headline } = summary;
  if (headline === undefined) return undefined;
  const title = loadsLabel(headline);
  return {
    id: 'verdicts',
    title: 'Verdicts',
    gist: `${headline.decided} of ${counted(headline.verdicts.length, 'pair')} decided`,
    blocks: blocks(
      text(`Over ${title}`, 'heading'),
      text(explanationOf(summary, headline), 'small'),
      table(
        `Verdicts: ${title}`,
        [
          ...pairColumns(labels),
          verdictColumn(labels),
          ratioColumn(headline.figure),
          repeatsColumn,
        ],
        byWeight(headline.verdicts),
        { file: 'verdicts.csv' },
      ),
      ratioBlocks(headline, labels),
      fold('How to read these figures', [text(verdictFootnote(headline))]),
    ),
  };
};

/** What each ratio means, and on which side of 1 the first target is faster. */
const RATIO_NOTES: Readonly<Record<JudgedFigure, string>> = {
  'request rate':
    'Ratio of rates (closed loop): request rate of the first ÷ that of the second; above 1 the first is faster.',
  'median response time':
    'Ratio of medians (open loop): median response time of the first ÷ that of the second, from the planned send time; below 1 the first is faster.',
};

/** How to read the tables of verdicts. */
const verdictFootnote = ({ figure }: HeadlineVerdicts): string =>
  joined(
    ' ',
    RATIO_NOTES[figure],
    'The verdict is read from the interval, and all intervals of the table hold together: lib/docs/statistics.md says how. Those at single levels hold one by one.',
  );
