import {
  type Change,
  type ChangeReason,
  type ComparedRun,
  type Comparison,
  isByMachine,
  isUnknown,
  type MachineLoads,
} from '../analysis/comparison/comparison.ts';
import { groupBy } from '../analysis/group-by.ts';
import type { MachineState } from '../analysis/machine.ts';
import { invalidText } from '../analysis/validity.ts';
import { withheldText } from '../analysis/verdicts/pairing.ts';
import { rowKey } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { FAMILY_ERROR, WIDEST_BOUND } from '../stats/judgement.ts';
import { ANSWERS_NEEDED } from '../stats/percentile-claim.ts';
import { archivedText } from '../wording/archived.ts';
import {
  counted,
  dayTimeText,
  formatFigure,
  joined,
  NO_FIGURE,
  roughPercent,
  sentenceStart,
} from '../wording/format-number.ts';
import { judgementText, MARGIN_TEXT } from '../wording/judgement-text.ts';
import {
  labelOf,
  levelWords,
  resultLabel,
  rowLabels,
  targetLabels,
  type Labels,
} from '../wording/labels.ts';
import { statementOf } from '../wording/statement.ts';
import {
  blocks,
  chipColumn,
  figureColumn,
  list,
  loadColumn,
  named,
  onlyIn,
  scenarioColumn,
  table,
  targetColumn,
  text,
  wordColumn,
} from './blocks.ts';
import {
  type Block,
  type Chip,
  type Column,
  EVERYWHERE,
  type Item,
  PAGES,
  type Report,
} from './model.ts';

/** The plans of both runs, in the order of {@link WHICH}. */
type Plans = readonly [before: Plan, after: Plan];

const WHICH = ['before', 'after'] as const;

const FIGURE_TEXTS: Readonly<Record<Change['figure'], string>> = {
  'request rate': 'rate, req/s',
  'median response time': 'median, ms',
  'p95 response time': 'p95, ms',
};

const isRate = ({ figure }: Pick<Change, 'figure'>): boolean => figure === 'request rate';

const isP95 = ({ figure }: Pick<Change, 'figure'>): boolean => figure === 'p95 response time';

const isBeyondMargin = ({ judgement }: Pick<Change, 'judgement'>): boolean =>
  judgement.kind === 'slower' && judgement.isBeyondMargin;

/** How much slower a figure is at least and at most, as shares; negative if it is faster. Undefined without a verdict. */
const slowdownOf = (
  change: Change,
): { readonly least: number; readonly most: number } | undefined => {
  const { interval } = change.ratio ?? {};
  if (interval === undefined) return undefined;
  const { low, high } = interval;
  return isRate(change) ? { least: 1 - high, most: 1 - low } : { least: low - 1, most: high - 1 };
};

const leastSlowdown = (change: Change): number => slowdownOf(change)?.least ?? 0;

/** Rounded down, so that “at least” holds. */
const leastPercent = (share: number): string =>
  `${Math.floor(share * (share < 0.1 ? 1000 : 100)) / (share < 0.1 ? 10 : 1)} %`;

/** `TITLE is at least 7 % slower at 4 virtual users`; without a size if the machine may be a part of it. */
const slowerText = (change: Change, labels: Labels): string => {
  const { figure, target, scenario, level } = change;
  const label = labelOf(labels, target);
  const [what, slower] = isRate(change)
    ? [label, 'slower']
    : [`The ${figure.replace(' response time', '')} of ${label}`, 'longer'];
  const at = `${levelWords(level)}${scenario === 'cold' ? ', cold' : ''}`;
  if (change.isSizeUncertain === true) return `${what} is ${slower} at ${at}`;
  return isBeyondMargin(change)
    ? `${what} is at least ${leastPercent(leastSlowdown(change))} ${slower} at ${at}`
    : `${what} is ${slower} at ${at}, perhaps by less than ${MARGIN_TEXT}`;
};

const isAre = (count: number): string => (count === 1 ? 'is' : 'are');

/** `of 8 figures, 3 are too noisy to tell, 1 has no verdict`: each number can be counted in the table. Undefined if all have a verdict. */
const unknownText = ({ changes }: Comparison): string | undefined => {
  const all = changes.length;
  const withheld = changes.filter(({ judgement }) => judgement.kind === 'withheld');
  const byMachine = withheld.filter(isByMachine).length;
  const parts = [
    {
      count: changes.filter(isUnknown).length - withheld.length,
      words: ['is', 'are', 'too noisy to tell'],
    },
    { count: byMachine, words: ['has', 'have', 'no verdict because of the busier machine'] },
    { count: withheld.length - byMachine, words: ['has', 'have', 'no verdict'] },
  ]
    .filter(({ count }) => count > 0)
    .map(({ count, words: [one = '', many = '', what = ''] }) => ({
      count,
      words: `${count === 1 ? one : many} ${what}`,
    }));
  const [first] = parts;
  if (first === undefined) return undefined;
  if (first.count === all)
    return `${all === 1 ? 'the figure' : `all ${all} figures`} ${first.words}`;
  return `of ${counted(all, 'figure')}, ${parts.map(({ count, words }) => `${count} ${words}`).join(', ')}`;
};

/** The finding of a comparison in which no figure is known to be slower. */
const notSlowerText = (comparison: Comparison): string => {
  const { changes, counts } = comparison;
  const all = changes.length;
  const unknown = unknownText(comparison);
  if (changes.every(isUnknown)) return `nothing is known: ${unknown ?? ''}`;
  const faster =
    counts.faster === 0
      ? ''
      : `${counts.faster} of ${counted(all, 'figure')} ${isAre(counts.faster)} faster, and `;
  if (unknown !== undefined) return `${faster}no figure is known to be slower; ${unknown}`;
  if (counts.equal === all) return `all ${counted(all, 'figure')} are equal within ${MARGIN_TEXT}`;
  if (counts.faster === all) return `all ${counted(all, 'figure')} are faster`;
  const most = Math.max(...changes.map((change) => slowdownOf(change)?.most ?? 0));
  return most <= 0
    ? `${faster}no figure is slower`
    : `${faster}no figure is slower by more than ${Math.ceil(100 * most)} %`;
};

/** What a comparison has found, as a sentence without a full stop. Of the slower figures it names a rate or a median, if there is one. */
export const comparisonText = (comparison: Comparison): string => {
  const { changes, counts } = comparison;
  const invalid = WHICH.filter((which) => !comparison[which].valid);
  if (invalid.length > 0) {
    const runs = invalid.length === 2 ? 'Both runs are' : `The run ${invalid.join('')} is`;
    return `${runs} INVALID: nothing follows from this comparison`;
  }
  const [worst] = changes
    .filter(({ judgement }) => judgement.kind === 'slower')
    .toSorted(
      (a, b) =>
        Number(isBeyondMargin(b)) - Number(isBeyondMargin(a)) ||
        Number(isP95(a)) - Number(isP95(b)) ||
        leastSlowdown(b) - leastSlowdown(a),
    );
  if (worst === undefined) return sentenceStart(notSlowerText(comparison));
  const others = counts.slower - 1;
  return joined(
    '; ',
    slowerText(worst, rowLabels(changes)) +
      (others === 0 ? '' : `, and ${counted(others, 'more figure')} ${isAre(others)} slower`),
    worst.isSizeUncertain === true &&
      `by how much is uncertain, because other programs ran more in the run ${comparison.loads?.busier ?? ''}`,
    unknownText(comparison),
  );
};

const signed = (share: number): string =>
  `${share < 0 ? '−' : '+'}${roughPercent(Math.abs(share))}`;

/** `−12 to −4.0 %`: how much smaller or larger the figure became. */
export const changeText = ({ ratio }: Pick<Change, 'ratio'>): string => {
  const { interval } = ratio ?? {};
  if (interval === undefined) return NO_FIGURE;
  return `${signed(interval.low - 1)} to ${signed(interval.high - 1)} %`;
};

const CHIP_KINDS: Readonly<Record<Change['judgement']['kind'], Chip['kind']>> = {
  slower: 'failed',
  faster: 'passed',
  equal: 'passed',
  bounded: 'info',
  noisy: 'warned',
  withheld: 'warned',
};

/** The verdict on a figure in a few words. */
export const verdictText = ({
  judgement,
  isSizeUncertain,
}: Pick<Change, 'judgement' | 'isSizeUncertain'>): string => {
  if (judgement.kind === 'withheld') {
    return `no verdict${isByMachine({ judgement }) ? ': busier machine' : ''}`;
  }
  return isSizeUncertain === true ? `${judgement.kind}, size uncertain` : judgementText(judgement);
};

const columnsOf = ({ changes }: Comparison): readonly Column<Change>[] => [
  { ...targetColumn<Change>(rowLabels(changes)), isAbove: true },
  ...(new Set(changes.map(({ scenario }) => scenario)).size > 1 ? [scenarioColumn] : []),
  loadColumn,
  wordColumn('figure', 'Figure', ({ figure }) => FIGURE_TEXTS[figure]),
  {
    ...figureColumn<Change>('before', 'Before', undefined, ({ before }) => before),
    isOptional: true,
  },
  { ...figureColumn<Change>('after', 'After', undefined, ({ after }) => after), isOptional: true },
  wordColumn('change', 'Change', changeText, { isFigure: true }),
  {
    ...chipColumn<Change>('verdict', 'After is', (change) => [
      { kind: CHIP_KINDS[change.judgement.kind], text: verdictText(change) },
    ]),
    isBelow: true,
  },
];

type FewReason = Extract<ChangeReason, { readonly code: 'too-few-repeats' | 'too-few-answers' }>;

const isFew = (reason: ChangeReason): reason is FewReason =>
  reason.code === 'too-few-repeats' || reason.code === 'too-few-answers';

/** `42 to 80 before, 50 after`. */
const countsText = (reasons: readonly FewReason[]): string =>
  WHICH.map((which) => {
    const counts = reasons.map((reason) => reason[which]);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    return `${least === most ? least : `${least} to ${most}`} ${which}`;
  }).join(', ');

/** What figures have too few of, as a sentence without a full stop; for several figures, with the range of what they have. */
const fewText = (reason: FewReason, others: readonly FewReason[] = []): string => {
  const needed =
    reason.code === 'too-few-repeats'
      ? `A verdict needs ${reason.needed} repeats`
      : `A p95 needs ${ANSWERS_NEEDED.p95} answers`;
  return `${needed} of each run, and there are ${countsText([reason, ...others])}`;
};

/** Why a figure has no verdict, as a sentence without a full stop. */
export const reasonText = (reason: ChangeReason, labels: Labels): string => {
  if (isFew(reason)) return fewText(reason);
  if (reason.code === 'busier-machine') {
    return reason.others === 0
      ? 'The busier machine may explain the change; no other target shows what it did'
      : 'The busier machine may explain the change, which is not surely larger than that of the other targets';
  }
  return withheldText(reason, (target) => labelOf(labels, target)).replace(/\.$/, '');
};

/** Why figures have no verdict: each reason once, with the results that it is about. */
const reasonTexts = ({ changes }: Comparison): readonly string[] => {
  const labels = rowLabels(changes);
  const withheld = changes.flatMap((change) =>
    change.judgement.kind === 'withheld' ? [{ ...change, reason: change.judgement.reason }] : [],
  );
  const alike = groupBy(withheld, ({ reason }) =>
    isFew(reason) ? JSON.stringify({ ...reason, before: 0, after: 0 }) : reasonText(reason, labels),
  );
  return [...alike.values()].map((group) => {
    const [few, ...others] = group.map(({ reason }) => reason).filter(isFew);
    const words = few === undefined ? reasonText(group[0].reason, labels) : fewText(few, others);
    // The table says it of each figure that the machine may explain.
    if (isByMachine(group[0]) || group.length === changes.length) return `${words}.`;
    if (group.length === changes.filter(isP95).length && group.every(isP95)) {
      return `${words}: every p95.`;
    }
    const where = [...new Set(group.map((change) => resultLabel(labels, change)))].join('; ');
    return `${words}: ${where}.`;
  });
};

const NOISY_TEXT = `Too noisy to tell: the change may be more than ${WIDEST_BOUND * 100} %.`;

const reasonBlocks = (comparison: Comparison): readonly Block[] => {
  const texts = [
    ...reasonTexts(comparison).map((words) => `No verdict: ${words}`),
    ...(comparison.counts.noisy > 0 ? [NOISY_TEXT] : []),
  ];
  return list(texts);
};

/** How to measure both runs again. */
const againBlocks = ({ again }: Comparison): readonly Block[] => {
  if (again === undefined) return [];
  const words = `measure both again with ${counted(again.repeats, 'repeat')}, each with this command:`;
  const step = again.isBusy ? `Close other programs, and ${words}` : sentenceStart(words);
  const items: readonly Item[] = [{ text: step }, { text: again.command, isCommand: true }];
  return list(
    items.map((item) => ({ name: 'Next', ...item })),
    'answers',
  );
};

const runText = ({ folder, createdAt, valid }: ComparedRun): string =>
  `${folder} (${dayTimeText(createdAt)}${valid ? '' : ', INVALID'})`;

const NOT_INTERLEAVED =
  'The runs were not measured side by side: what changed on the machine between them counts as a change.';

const percents = (share: number): string => `${roughPercent(share)} %`;

/** Empty if the servers were already running. */
const waitsText = (before: MachineState, after: MachineState): string =>
  before.waitShare === undefined || after.waitShare === undefined
    ? ''
    : `; the servers waited for a core ${percents(before.waitShare)} and ${percents(after.waitShare)} of the time`;

/** `Other programs used 4.0 % of the cores before and 46 % after; …`. */
const loadsText = ({ before, after, cores }: MachineLoads): string =>
  before.othersCpuShare === undefined || after.othersCpuShare === undefined
    ? `The load average at the start was ${formatFigure(before.loadAverage)} before and ${formatFigure(after.loadAverage)} after, on ${counted(cores, 'core')}.`
    : `Other programs used ${percents(before.othersCpuShare)} of the cores before and ${percents(after.othersCpuShare)} after${waitsText(before, after)}.`;

/** What follows from the loads, and what to do; empty if that is nothing. */
const effectText = ({ busier }: MachineLoads, changes: readonly Change[]): string => {
  const byMachine = changes.filter(isByMachine).length;
  const [became, has] = [
    busier === 'after' ? 'slower' : 'faster',
    byMachine === 1 ? 'has' : 'have',
  ];
  const effects = [
    byMachine > 0 &&
      `${counted(byMachine, 'figure')} that became ${became}, perhaps only because of that, ${has} no verdict`,
    busier === 'before' && 'a server that became slower may look as fast as before',
  ].filter((effect) => effect !== false);
  return effects.length === 0
    ? ''
    : ` ${sentenceStart(effects.join(', and '))}: measure both again while no other programs run.`;
};

const stateNotices = (comparison: Comparison, plans: Plans): readonly string[] =>
  WHICH.flatMap((which, at) => {
    const { invalid, isGoingOn, only } = comparison[which];
    const plan = plans[at];
    const labels = targetLabels(plan?.targets ?? [], plan);
    const plain = targetLabels(plan?.targets ?? []);
    const names = new Map(
      plan?.measurements.map((planned) => [rowKey(planned), resultLabel(plain, planned)]),
    );
    const reasons = invalid?.map((reason) =>
      invalidText(reason, (target) => labelOf(labels, target)),
    );
    return [
      reasons !== undefined && `The run ${which} is INVALID: ${reasons.join(' ')}`,
      isGoingOn === true && `The run ${which} is not finished: its figures may still change.`,
      only !== undefined &&
        `Only in the run ${which}: ${only.flatMap((key) => names.get(key) ?? []).join('; ')}.`,
    ].filter((words) => words !== false);
  });

/** How busy the machine was in both runs, if it was not alike, and a change that all targets share. */
const machineNotices = ({ loads, common, changes }: Comparison): readonly string[] => [
  ...(loads === undefined ? [] : [`${loadsText(loads)}${effectText(loads, changes)}`]),
  ...(common === undefined
    ? []
    : [
        `All ${common.targets} targets became ${common.kind} alike, by ${roughPercent(common.least)} to ${percents(common.most)}: the likely cause is the machine or what they share, not one server.`,
      ]),
];

const noticesOf = (comparison: Comparison, plans: Plans): readonly string[] => [
  ...(comparison.after.createdAt < comparison.before.createdAt
    ? ['The run after is older than the run before: swap them to see what became of it.']
    : []),
  ...stateNotices(comparison, plans),
  ...machineNotices(comparison),
  ...comparison.differences.map(
    ({ what, before, after }) => `${what} differs: ${before} before, ${after} after.`,
  ),
];

const FOOTNOTE = `Change: after against before, as an interval from which the verdict is read; a longer time is slower. The chance that any verdict is wrong is at most ${FAMILY_ERROR * 100} % among the p95s, and the same among the other figures, if only the noise between repeats is at work. lib/docs/statistics.md says how.`;

/** The report of a comparison: first what it has found, then every figure, then why some have no verdict. */
export const comparisonReport = (comparison: Comparison, plans: Plans): Report => {
  const { before, after, changes } = comparison;
  const statements = [...new Set(plans.map(statementOf))];
  return {
    title: 'Two runs compared · serving-compare',
    head: blocks(
      onlyIn(PAGES, text('serving-compare · two runs compared', 'small')),
      text(comparisonText(comparison), 'title'),
      list(
        named({
          Before: runText(before),
          After: runText(after),
          Note: archivedText(plans.flatMap(({ targets }) => targets.map(({ serving }) => serving))),
        }),
        'answers',
      ),
      statements.map((statement) => text(statement, 'small')),
      list(noticesOf(comparison, plans), 'notices'),
    ),
    sections: [
      {
        id: 'changes',
        title: 'What changed',
        only: EVERYWHERE,
        blocks: blocks(
          table('Each figure of both runs', columnsOf(comparison), changes, {
            file: 'comparison.json',
          }),
          reasonBlocks(comparison),
          text(NOT_INTERLEAVED, 'small'),
          againBlocks(comparison),
          onlyIn(PAGES, text(FOOTNOTE, 'small')),
        ),
      },
    ],
  };
};
