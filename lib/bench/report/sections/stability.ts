import {
  type RankFigure,
  type StabilityRanking,
  type StabilitySummary,
  type TargetStability,
  isTested,
  type FaultLeftOut,
  type FaultResult,
} from '../../stability/summary.ts';
import type { LeftOutReason } from '../../stability/why-left-out.ts';
import { faultFacts, FAULTS, type Fault } from '../../model/fault.ts';
import {
  type Soak,
  type SoakFigure,
  type SoakFinding,
  type SoakTrend,
  SOAK_LIMITS,
  soakFigures,
} from '../../stability/soak.ts';
import {
  STABILITY_LIMITS,
  type FaultEffect,
  type StabilityVerdict,
} from '../../stability/verdict.ts';
import {
  counted,
  durationText,
  formatFigure,
  formatPercent,
  joined,
  NO_FIGURE,
} from '../../wording/format-number.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';
import { groupBy } from '../../analysis/group-by.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { Target } from '../../model/measurement.ts';
import type { BadAnswers } from '../../model/stability.ts';
import { sum } from '../../stats/moments.ts';
import {
  blocks,
  dataFile,
  fold,
  list,
  table,
  text,
  chipColumn,
  countColumn,
  dataColumn,
  figureColumn,
  targetColumn,
  wordColumn,
} from '../blocks.ts';
import type { Block, Chip, Column, DataFile, Item, Section } from '../model.ts';

/** Titles and units of the figures of a soak. */
const soakFigureFacts: Readonly<
  Record<SoakFigure, { readonly title: string; readonly unit: string }>
> = {
  p50Ms: { title: 'median', unit: 'ms' },
  p99Ms: { title: 'p99', unit: 'ms' },
  failedPercent: { title: 'failed', unit: '%' },
  memoryMiB: { title: 'memory', unit: 'MiB' },
  gpuMemoryMiB: { title: 'GPU memory', unit: 'MiB' },
  openFiles: { title: 'open files', unit: '' },
};

/** The result of a soak in one sentence. */
export const soakText = (
  { target, ratePerSecond, durationSeconds, requests, failed, ended }: Soak,
  labels: Labels,
): string =>
  `${labelOf(labels, target)}: ${durationText(durationSeconds)} at ${formatFigure(ratePerSecond)} requests/s; ${failed} of ${counted(requests, 'request')} failed${ended === undefined ? '' : `; the serving ended: ${ended}`}.`;

/** A sign for each verdict, since colour alone is not enough. */
export const VERDICT_SIGNS: Readonly<Record<StabilityVerdict, string>> = {
  unaffected: '✓',
  unclear: '?',
  degraded: '△',
  failed: '✗',
  died: '☠',
};

/** Why a verdict is `unclear`. */
const UNCLEAR_WORDS: Readonly<Record<NonNullable<FaultEffect['unclear']>, string>> = {
  'few-requests': `fewer than ${STABILITY_LIMITS.requestsBefore} good requests before it: measure with a longer --duration`,
  'noisy-control': 'no worse than the control, which exceeded the limits itself',
};

const CONTROL_WORDS: Readonly<Record<StabilityVerdict, string>> = {
  unaffected: 'passed the control, but none of its faults could be judged',
  unclear: `had fewer than ${STABILITY_LIMITS.requestsBefore} good requests in the control: measure with a longer --duration`,
  degraded:
    'was degraded in the control: the machine was busy, or the serving is unstable by itself',
  failed: 'failed in the control: the machine was busy, or the serving is unstable by itself',
  died: 'died in the control: the serving is unstable by itself',
};

/** Why a target is not ranked, as a predicate: `died in the control: …`; undefined if it is ranked. */
export const whyUnranked = ({
  isRanked,
  control = 'unaffected',
}: TargetStability): string | undefined => (isRanked ? undefined : CONTROL_WORDS[control]);

/** Why a target cannot be tested with a fault, as a clause. */
const LEFT_OUT_WORDS: Readonly<Record<LeftOutReason, string>> = {
  'not-protobuf': 'its requests are not protobuf messages',
  'not-json': 'its requests are not JSON',
  'no-image': 'its requests carry a tensor, not an image file',
  'running-server':
    'it is a running server, and only servers that were started here are killed or paused',
};

const WORST_WORDS: Readonly<Record<StabilityVerdict, string>> = {
  unaffected: '',
  unclear: 'is unclear with',
  degraded: 'was degraded with',
  failed: 'failed requests with',
  died: 'died with',
};

/** The worst verdict on a target with its faults, as a predicate: `died with killed worker`; empty if no fault does harm. */
export const worstText = ({ worst }: TargetStability): string =>
  worst === undefined
    ? ''
    : `${WORST_WORDS[worst.verdict]} ${worst.faults.map((fault) => faultFacts[fault].title).join(', ')}`;

const figuresWith = ({ trends }: Soak, verdict: SoakTrend['verdict']): string =>
  trends
    .filter((trend) => trend.verdict === verdict)
    .map(({ figure }) => soakFigureFacts[figure].title)
    .join(', ');

/** Why a soak does not show a stable serving, as a predicate without the target: `growing: median`. */
const troubleWords: Readonly<Record<NonNullable<Soak['trouble']>, (soak: Soak) => string>> = {
  ended: () => 'ended',
  failures: ({ failed, requests }) => `${failed} of ${requests} failed`,
  'too-short': () => 'too short for a trend',
  grows: (soak) => `growing: ${figuresWith(soak, 'grows')}`,
};

/** What the soaks show: a figure grows, none does beyond its limit, or the figures are too noisy to tell. */
const soakFindingText = ({ soaks, soakFinding }: StabilitySummary, labels: Labels): string => {
  const over = `${durationText(soaks[0]?.durationSeconds ?? 0)} of constant load`;
  const wordsOf = (textOf: (soak: Soak) => string | undefined): string =>
    soaks
      .flatMap((soak) => {
        const words = textOf(soak);
        return words ? [`${labelOf(labels, soak.target)} (${words})`] : [];
      })
      .join(', ');
  const finding: SoakFinding = soakFinding ?? { code: 'steady' };
  switch (finding.code) {
    case 'not-stable':
      return `Not shown to be stable over ${over}: ${wordsOf((soak) => soak.trouble && troubleWords[soak.trouble](soak))}`;
    case 'noisy':
      return `Too noisy to tell whether anything grows in ${over}: ${wordsOf((soak) => figuresWith(soak, 'noisy'))}`;
    case 'steady': {
      const most = finding.medianGrowthShare;
      const growth = most === undefined ? '' : `, the median by at most ${formatPercent(most)} %`;
      return `Nothing grows beyond its limit in ${over}${growth}`;
    }
    default:
      return finding.code satisfies never;
  }
};

const RANK_WORDS: Readonly<Record<RankFigure['verdict'], string>> = {
  died: 'died',
  failed: 'failed requests',
  degraded: 'was degraded',
};

/** With more names, the reason behind them would be overlooked. */
const MAX_NAMES = 3;

const ofFaults = ({ of, isCommon }: RankFigure): string =>
  isCommon
    ? `of the ${counted(of, 'fault')} that all ranked targets were tested with`
    : `of its own ${counted(of, 'fault')}`;

/**
 * Why the best targets rank before the next one: `it died with none of the 2 faults …, the next with 1`.
 *
 * @param subject `it`, or `each` if several targets are the best
 */
const aheadText = (
  subject: string,
  { best, next: other }: { readonly best: RankFigure; readonly next: RankFigure },
  next: string,
): string =>
  `${subject} ${RANK_WORDS[best.verdict]} with ${best.count || 'none'} ${ofFaults(best)}, ${next} with ${other.count}${other.isCommon ? '' : ` ${ofFaults(other)}`}`;

const whyBest = ({ best, unaffected, next }: StabilityRanking, labels: Labels): string =>
  next === undefined
    ? `${unaffected.faults} of ${counted(unaffected.of, 'fault')} leave good requests unaffected`
    : aheadText(best.length > 1 ? 'each' : 'it', next.figures, labelOf(labels, next.target));

/** Which target withstands the faults best and why, as a sentence without a full stop. */
export const stabilityFinding = (stability: StabilitySummary, labels: Labels): string => {
  const { targets, ranking } = stability;
  if (targets.length === 0) return soakFindingText(stability, labels);
  const [first] = targets;
  if (ranking === undefined || first === undefined) {
    return 'No target is ranked: in the control, each was slow, failed, grew, or had too few good requests';
  }
  const { best } = ranking;
  const why = whyBest(ranking, labels);
  // The worst faults of equally stable targets may differ.
  const worst = best.length > 1 ? '' : worstText(first);
  const reasons = worst === '' ? why : `${why}. It ${worst}`;
  const ranked = targets.filter(({ isRanked }) => isRanked).length;
  if (ranked === 1) return `${labelOf(labels, first.target)}: ${reasons}`;
  const names = best.slice(0, MAX_NAMES).map((target) => labelOf(labels, target));
  const more = best.length > MAX_NAMES ? [`${best.length - MAX_NAMES} more`] : [];
  const among =
    ranked === targets.length
      ? ''
      : `Of the ${ranked} of ${targets.length} targets that can be ranked, `;
  const are = best.length > 1 ? 'are equally stable, and the most' : 'is the most stable';
  return `${among}${[...names, ...more].join(' and ')} ${are}: ${reasons}`;
};

const KINDS: Readonly<Record<StabilityVerdict, Chip['kind']>> = {
  unaffected: 'passed',
  unclear: 'info',
  degraded: 'warned',
  failed: 'failed',
  died: 'failed',
};

const signed = (value: number): string =>
  `${value < 0 ? '−' : '+'}${formatFigure(Math.abs(value))}`;

/** The figures beyond their limits, in a few words each. */
const beyondWords = ({
  beyond,
  failedShare,
  p99Ratio,
  recoverySeconds,
  memoryGainedMiB = 0,
  processesLost,
}: FaultResult): readonly string[] => {
  const words = {
    failedShare: `${formatPercent(failedShare)} % failed`,
    p99Ratio: `p99 × ${formatFigure(p99Ratio)}`,
    recoverySeconds:
      recoverySeconds === undefined
        ? 'does not recover'
        : `recovers in ${formatFigure(recoverySeconds)} s`,
    memoryGainedMiB: `${signed(memoryGainedMiB)} MiB`,
    processesLost: counted(processesLost ?? 0, 'process lost', 'processes lost'),
  };
  return beyond.map((name) => words[name]);
};

/** A verdict as a sign; its tooltip and the table below have the words. */
const chipOf = (result: FaultResult): Chip => {
  const { verdict, unclear, repeats, agreeing, answers } = result;
  const faulty = sum(answers.map(({ count }) => count));
  return {
    kind: KINDS[verdict],
    text: VERDICT_SIGNS[verdict],
    spoken: verdict,
    long: [
      unclear === undefined ? verdict : `${verdict}: ${UNCLEAR_WORDS[unclear]}`,
      ...beyondWords(result),
      ...(faulty === 0 ? [] : [counted(faulty, 'request with it', 'requests with it')]),
      ...(agreeing === repeats ? [] : [`in ${agreeing} of ${repeats} repeats`]),
    ].join(', '),
  };
};

const matrixColumn = (fault: Fault): Column<TargetStability> => {
  const chipsOf = ({ results }: TargetStability): readonly Chip[] =>
    results
      .filter(isTested)
      .filter((result) => result.fault === fault)
      .map(chipOf);
  return {
    key: fault,
    title: faultFacts[fault].title,
    value: (target) => chipsOf(target)[0]?.spoken,
    text: (target) => chipsOf(target)[0]?.text ?? NO_FIGURE,
    chips: chipsOf,
  };
};

interface DetailRow {
  readonly target: Target;
  readonly result: FaultResult | FaultLeftOut;
}

const tested = ({ result }: DetailRow): FaultResult | undefined =>
  isTested(result) ? result : undefined;

const answersText = (answers: readonly BadAnswers[]): string =>
  answers
    .map(({ answer, count, medianMs }) => {
      const time = medianMs === undefined ? '' : ` (${formatFigure(medianMs)} ms)`;
      return `${count} × ${answer}${time}`;
    })
    .join(', ');

const DETAIL_COLUMNS: readonly Column<DetailRow>[] = [
  wordColumn('fault', 'With', ({ result }) => faultFacts[result.fault].title, {
    value: ({ result }) => result.fault,
    isHead: true,
  }),
  wordColumn('verdict', 'Verdict', (row) => tested(row)?.verdict ?? NO_FIGURE),
  wordColumn('bad_answers', 'What the faulty requests got', (row) => {
    const { result } = row;
    return isTested(result)
      ? answersText(result.answers)
      : `left out: ${LEFT_OUT_WORDS[result.leftOut]}`;
  }),
  figureColumn('failed_percent', 'Good requests failed', '%', (row) => {
    const share = tested(row)?.failedShare;
    return share === undefined ? undefined : 100 * share;
  }),
  figureColumn('p99_ratio', 'p99', '× before', (row) => tested(row)?.p99Ratio),
  figureColumn('recovery_seconds', 'Recovery', 's', (row) => tested(row)?.recoverySeconds),
  figureColumn('memory_gained_mib', 'Memory', 'MiB more', (row) => tested(row)?.memoryGainedMiB),
  countColumn('processes_lost', 'Processes lost', (row) => tested(row)?.processesLost),
  countColumn('repeats', 'Repeats', (row) => tested(row)?.repeats),
];

/** Columns of the CSV file only. */
const DETAIL_DATA: readonly Column<DetailRow>[] = [
  dataColumn('agreeing_repeats', (row) => tested(row)?.agreeing),
  dataColumn('unclear', (row) => tested(row)?.unclear),
];

const detailRows = ({ targets }: StabilitySummary): readonly DetailRow[] =>
  targets.flatMap(({ target, results }) => results.map((result) => ({ target, result })));

/** The faults that each target was not tested with, by reason. */
const leftOutItems = ({ targets }: StabilitySummary, labels: Labels): readonly Item[] =>
  targets.flatMap(({ target, results }) => {
    const untested = results.flatMap((result) => (isTested(result) ? [] : [result]));
    return [...groupBy(untested, ({ leftOut }) => leftOut).values()].map((faults) => {
      const titles = faults.map(({ fault }) => faultFacts[fault].title).join(', ');
      return {
        name: labelOf(labels, target),
        text: `not tested with ${titles}, because ${LEFT_OUT_WORDS[faults[0].leftOut]}`,
      };
    });
  });

const LIMITS_NOTE = `✓ unaffected, ? unclear, △ degraded, ✗ failed, ☠ died; a fault marked ${NO_FIGURE} was not tested, for the reason below. Good requests come through the middleware; the fault goes straight to the serving. The verdict is that of the middle repeat, but one death is enough; figures are medians. The limits of each verdict are in lib/docs/stability.md.`;

/** Why targets are not ranked. */
const controlNotices = ({ targets }: StabilitySummary, labels: Labels): readonly string[] =>
  targets.flatMap((stability) => {
    const why = whyUnranked(stability);
    return why === undefined
      ? []
      : `${labelOf(labels, stability.target)} ${why}. It is not ranked; do not quote its verdicts.`;
  });

interface SoakRow {
  readonly target: Target;
  readonly soak: Soak;
  readonly trend: SoakTrend;
}

const TREND_CHIPS: Readonly<Record<SoakTrend['verdict'], Chip>> = {
  grows: { kind: 'warned', text: '△ grows' },
  steady: { kind: 'passed', text: '✓ steady' },
  noisy: { kind: 'info', text: '? too noisy to tell' },
};

const SOAK_COLUMNS: readonly Column<SoakRow>[] = [
  wordColumn(
    'figure',
    'Figure',
    ({ trend }) => {
      const { title, unit } = soakFigureFacts[trend.figure];
      return joined(', ', title, unit);
    },
    { isHead: true },
  ),
  figureColumn('from', 'At the start', undefined, ({ trend }) => trend.from),
  figureColumn('to', 'At the end', undefined, ({ trend }) => trend.to),
  wordColumn(
    'change',
    'Change',
    ({ trend: { change } }) => `${signed(change.low)} to ${signed(change.high)}`,
  ),
  chipColumn('trend', 'Trend', ({ trend }) => [TREND_CHIPS[trend.verdict]]),
];

const soakRows = ({ soaks }: StabilitySummary): readonly SoakRow[] =>
  soaks.flatMap((soak) => soak.trends.map((trend) => ({ target: soak.target, soak, trend })));

/** By how much a figure may grow: `median by 10 % and 0.5 ms`. */
const soakLimitText = (figure: SoakFigure): string => {
  const { share, amount } = SOAK_LIMITS[figure];
  const { title, unit } = soakFigureFacts[figure];
  const most = `${amount} ${unit === '%' ? '% of the requests' : unit}`.trimEnd();
  return share === 0 ? `${title} by ${most}` : `${title} by ${share * 100} % and ${most}`;
};

const SOAK_NOTE = `Change: the 99 % interval of the trend. A figure may grow: ${soakFigures.map(soakLimitText).join(', ')}. lib/docs/stability.md says when it grows, is steady, or is too noisy to tell.`;

const faultBlocks = (stability: StabilitySummary, labels: Labels): readonly Block[] => {
  const rows = detailRows(stability);
  const faults = FAULTS.filter((fault) =>
    rows.some(({ result }) => result.fault === fault && isTested(result)),
  );
  if (faults.length === 0) return [];
  return blocks(
    table(
      'Effect of each fault on good requests',
      [targetColumn<TargetStability>(labels), ...faults.map(matrixColumn)],
      stability.targets,
      { file: 'stability.csv', isMatrix: true },
    ),
    list(controlNotices(stability, labels), 'notices'),
    text(LIMITS_NOTE, 'small'),
    fold(
      'What is done, and what came of it',
      blocks(
        list(
          [
            ...faults.map((fault) => ({
              name: faultFacts[fault].title,
              text: faultFacts[fault].what,
            })),
            ...leftOutItems(stability, labels),
          ],
          'terms',
        ),
        table(
          'Every fault on every target',
          [targetColumn<DetailRow>(labels), ...DETAIL_COLUMNS],
          rows.filter(({ result }) => isTested(result)),
          { file: 'stability.csv' },
        ),
      ),
    ),
  );
};

/** How the targets of a run withstand faults and constant load; undefined if that was not measured. */
export const stabilitySection = ({ stability }: Summary, labels: Labels): Section | undefined =>
  stability && {
    id: 'stability',
    title: 'Stability',
    blocks: blocks(
      faultBlocks(stability, labels),
      list(stability.soaks.map((soak) => soakText(soak, labels))),
      table(
        'Under constant load',
        [targetColumn<SoakRow>(labels), ...SOAK_COLUMNS],
        soakRows(stability),
      ),
      stability.soaks.length > 0 && text(SOAK_NOTE, 'small'),
    ),
  };

/** `stability.csv`: a line for each target and fault. */
export const stabilityFile = (stability: StabilitySummary): DataFile =>
  dataFile(
    'stability.csv',
    [targetColumn<DetailRow>(new Map()), ...DETAIL_COLUMNS, ...DETAIL_DATA],
    detailRows(stability),
  );
