import type {
  RankFigure,
  StabilityRanking,
  StabilitySummary,
  TargetStability,
} from '../stability/summary.ts';
import type { LeftOutReason } from '../stability/why-left-out.ts';
import { faultFacts } from '../model/fault.ts';
import type { Soak, SoakFigure, SoakFinding, SoakTrend } from '../stability/soak.ts';
import { STABILITY_LIMITS, type FaultEffect, type StabilityVerdict } from '../stability/verdict.ts';
import { counted, durationText, formatFigure, formatPercent } from '../wording/format-number.ts';
import { labelOf, type Labels } from '../wording/labels.ts';

/** Titles and units of the figures of a soak. */
export const soakFigureFacts: Readonly<
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
export const UNCLEAR_WORDS: Readonly<Record<NonNullable<FaultEffect['unclear']>, string>> = {
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
export const LEFT_OUT_WORDS: Readonly<Record<LeftOutReason, string>> = {
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
