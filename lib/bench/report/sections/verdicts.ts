import type { Summary } from '../../analysis/summary.ts';
import type {
  CpuVerdict,
  CpuVerdicts,
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
const reasonText = (
  { judgement }: Pick<Verdict, 'judgement'> | Pick<CpuVerdict, 'judgement'>,
  labels: Labels,
): string | undefined =>
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

const ratioColumn = (title: string): Column<Pair> =>
  estimateColumn('ratio', title, undefined, ({ ratio }) => ratio, ['_low', '_high']);

const repeatsColumn: Column<Pair> = countColumn('repeats', 'Repeats', ({ repeats }) => repeats);

/** Two targets at one level. */
interface PairAtLoad extends Pair, Pick<LoadRatio, 'scenario' | 'level'> {}

const pairsAtLoads = ({ verdicts }: HeadlineVerdicts): readonly PairAtLoad[] =>
  verdicts.flatMap(({ first, second, loads }) => loads.map((load) => ({ first, second, ...load })));

/** A line of the CSV file: a verdict over all levels, or a ratio at one. */
interface PairLine extends Pair {
  readonly figure: string;
  readonly load?: PairAtLoad;
  readonly verdict?: Verdict | CpuVerdict;
}

const linesOf = ({ headline, cpu }: Summary): readonly PairLine[] => {
  const figure = headline?.figure ?? '';
  return [
    ...(headline?.verdicts ?? []).map((verdict) => ({ ...verdict, figure, verdict })),
    ...(cpu?.verdicts ?? []).map((verdict) => ({
      ...verdict,
      figure: 'CPU time per request',
      verdict,
    })),
    ...(headline === undefined ? [] : pairsAtLoads(headline)).map((load) => ({
      ...load,
      figure,
      load,
    })),
  ];
};

/**
 * `verdicts.csv`: a line for each pair of targets over all levels, with the scenario `all`, by speed and by CPU time, then one for each pair and
 * level, which has no verdict.
 */
export const verdictsFile = (summary: Summary): DataFile => {
  const labels = rowLabels(summary.rows, summary.plan);
  return dataFile<PairLine>(
    'verdicts.csv',
    [
      ...LOAD_COLUMNS.map(({ key, value }) =>
        dataColumn<PairLine>(key, ({ load }) => {
          if (load !== undefined) return value(load);
          return key === 'scenario' ? 'all' : undefined;
        }),
      ),
      ...pairColumns(new Map()),
      dataColumn('ratio_of', ({ figure }) => figure),
      ratioColumn(''),
      dataColumn('confidence_percent', ({ ratio }) =>
        ratio?.interval === undefined ? undefined : (ratio.interval.confidence * 100).toFixed(2),
      ),
      repeatsColumn,
      dataColumn('verdict', ({ verdict }) => verdict && judgementText(verdict.judgement)),
      dataColumn('withheld', ({ verdict }) => verdict && reasonText(verdict, labels)),
      dataColumn('reversed_at', ({ verdict }) =>
        verdict !== undefined && 'reversedAt' in verdict ? reversalText(verdict) : undefined,
      ),
    ],
    linesOf(summary),
  );
};

/** The verdicts on CPU time per request, or why there are none. */
const cpuBlocks = ({ verdicts, given }: CpuVerdicts, labels: Labels): readonly Block[] => {
  const [first] = verdicts;
  if (given === 0) {
    return blocks(
      first && text(`No verdict on CPU time. ${reasonText(first, labels) ?? ''}`, 'small'),
    );
  }
  return table<CpuVerdict>(
    'Verdicts: CPU time of the servers per request, over all levels',
    [
      ...pairColumns(labels),
      {
        ...wordColumn<CpuVerdict>('verdict', 'First needs', ({ judgement }) =>
          judgementText(judgement),
        ),
        detail: (verdict) => reasonText(verdict, labels) ?? '',
      },
      ratioColumn('Ratio of CPU times'),
      repeatsColumn,
    ],
    verdicts,
    { file: 'verdicts.csv' },
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
          ratioColumn(RATIO_TITLES[headline.figure]),
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
          ratioColumn(RATIO_TITLES[headline.figure]),
          repeatsColumn,
        ],
        byWeight(headline.verdicts),
        { file: 'verdicts.csv' },
      ),
      ratioBlocks(headline, labels),
      summary.cpu && cpuBlocks(summary.cpu, labels),
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
