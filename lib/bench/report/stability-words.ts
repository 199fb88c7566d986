import type { StabilitySummary, TargetStability } from '../stability/summary.ts';
import {
  compareStability,
  controlResultOf,
  differenceOf,
  isRanked,
  isTested,
  rankFigures,
  type RankFigure,
} from '../stability/summary.ts';
import { faultFacts } from '../stability/faults.ts';
import type { Soak, SoakFigure } from '../stability/soak.ts';
import {
  STABILITY_LIMITS,
  STABILITY_VERDICTS,
  type FaultEffect,
  type StabilityVerdict,
} from '../stability/verdict.ts';
import { counted, durationText, formatFigure } from '../wording/format-number.ts';
import { labelOf, type Labels } from '../wording/labels.ts';

/** The figures of a soak, for people. */
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

/** What a soak came to, in one sentence. */
export const soakText = (
  { target, ratePerSecond, durationSeconds, requests, failed, ended }: Soak,
  labels: Labels,
): string =>
  `${labelOf(labels, target)}: ${durationText(durationSeconds)} at ${formatFigure(ratePerSecond)} requests/s; ${failed} of ${counted(requests, 'request')} failed${ended === undefined ? '' : `; the serving ended: ${ended}`}.`;

/** How verdicts look: a sign, as colours alone do not tell. */
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

/** Why a target is not ranked, with the target as the subject; undefined if it is. */
export const whyUnranked = (one: TargetStability): string | undefined =>
  isRanked(one) ? undefined : CONTROL_WORDS[controlResultOf(one)?.verdict ?? 'unaffected'];

const WORST_WORDS: Readonly<Record<StabilityVerdict, string>> = {
  unaffected: '',
  unclear: 'unclear with',
  degraded: 'degraded by',
  failed: 'failures with',
  died: 'death with',
};

/** The faults of the gravest verdict by name: `death with killed worker`; empty if none does harm. */
export const worstText = ({ counts, results }: TargetStability): string => {
  const worst = STABILITY_VERDICTS.findLast((verdict) => counts[verdict] > 0) ?? 'unaffected';
  if (worst === 'unaffected') return '';
  const names = results
    .filter(isTested)
    .filter(({ fault, verdict }) => fault !== 'nothing' && verdict === worst)
    .map(({ fault }) => faultFacts[fault].title);
  return `${WORST_WORDS[worst]} ${names.join(', ')}`;
};

/** More failures than this are no steady state, whether they grow or not. */
const MOST_FAILED_SHARE = 0.01;

/** What a soak found; empty if all stays as it is. */
const soakTrouble = ({ trends, ended, failed, requests }: Soak): string => {
  if (ended !== undefined) return 'ended';
  if (failed > MOST_FAILED_SHARE * requests) return `${failed} of ${requests} failed`;
  if (trends.length === 0) return 'too short for a trend';
  return trends
    .filter(({ grows }) => grows)
    .map(({ figure }) => soakFigureFacts[figure].title)
    .join(', ');
};

const soakFinding = (soaks: readonly Soak[], labels: Labels): string => {
  const [first] = soaks;
  const time = first === undefined ? '' : durationText(first.durationSeconds);
  const troubled = soaks.filter((soak) => soakTrouble(soak) !== '');
  if (troubled.length === 0) return `Nothing grows in ${time} of constant load`;
  const words = troubled.map((soak) => `${labelOf(labels, soak.target)} (${soakTrouble(soak)})`);
  return `Not shown to be stable over ${time} of constant load: ${words.join(', ')}`;
};

/** More would hide why. */
const MOST_NAMES = 3;

const ofFaults = ({ of, isCommon }: RankFigure): string =>
  isCommon
    ? `of the ${counted(of, 'fault')} that all were tested with`
    : `of its own ${counted(of, 'fault')}`;

/** Why a target comes before the next one. */
const aheadText = ([own, other]: readonly [RankFigure, RankFigure], next: string): string =>
  `${WORST_WORDS[own.verdict]} ${own.count} ${ofFaults(own)}, ${next} ${other.count}${other.isCommon ? '' : ` ${ofFaults(other)}`}`;

/** How the best ones stand the faults, where nothing comes behind them. */
const unaffectedText = (best: TargetStability, targets: readonly TargetStability[]): string => {
  const all = rankFigures(best, targets).filter(({ of }) => of > 0);
  const figures = all.filter(({ isCommon }) => isCommon === all[0]?.isCommon);
  const harmed = figures.reduce((sum, { count }) => sum + count, 0);
  const of = figures[0]?.of ?? 0;
  return `${of - harmed} of ${counted(of, 'fault')} leave good requests unaffected`;
};

/** Which target stands the faults best and why, in one sentence without a full stop. */
export const stabilityFinding = ({ targets, soaks }: StabilitySummary, labels: Labels): string => {
  if (targets.length === 0) return soakFinding(soaks, labels);
  const ranked = targets.filter(isRanked);
  const [best, second] = ranked;
  if (best === undefined) {
    return 'No target is ranked: in the control, each was slow, failed, grew, or had too few good requests';
  }
  const compare = compareStability(targets);
  const equal = ranked.filter((one) => compare(one, best) === 0);
  const next = ranked[equal.length];
  const difference = next && differenceOf(best, next, targets);
  const why =
    next === undefined || difference === undefined
      ? unaffectedText(best, targets)
      : aheadText(difference, labelOf(labels, next.target));
  const worst = worstText(best);
  const reasons = worst === '' ? why : `${why}; ${worst}`;
  if (second === undefined) return `${labelOf(labels, best.target)}: ${reasons}`;
  const names = equal.slice(0, MOST_NAMES).map(({ target }) => labelOf(labels, target));
  const more = equal.length > MOST_NAMES ? [`${equal.length - MOST_NAMES} more`] : [];
  const of =
    ranked.length === targets.length
      ? ''
      : `Of the ${ranked.length} of ${targets.length} targets that can be ranked, `;
  return `${of}${[...names, ...more].join(' and ')} ${equal.length > 1 ? 'are equally stable, and the most' : 'is the most stable'}: ${reasons}`;
};
