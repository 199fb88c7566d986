import type { StabilitySummary, TargetStability } from '../stability/summary.ts';
import { compareStability, isTested } from '../stability/summary.ts';
import { faultFacts } from '../stability/faults.ts';
import type { Soak, SoakFigure } from '../stability/soak.ts';
import { STABILITY_VERDICTS, type StabilityVerdict } from '../stability/verdict.ts';
import { counted, durationText, formatFigure } from '../wording/format-number.ts';
import { labelOf, type Labels } from './columns.ts';

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
  degraded: '△',
  failed: '✗',
  died: '☠',
};

const WORST_WORDS: Readonly<Record<StabilityVerdict, string>> = {
  unaffected: '',
  degraded: 'degraded by',
  failed: 'failures with',
  died: 'death with',
};

/** The faults of the gravest verdict by name: `death with killed worker`; empty if none does harm. */
const worstText = ({ counts, results }: TargetStability): string => {
  const worst = STABILITY_VERDICTS.findLast((verdict) => counts[verdict] > 0) ?? 'unaffected';
  if (worst === 'unaffected') return '';
  const names = results
    .filter(isTested)
    .filter(({ fault, verdict }) => fault !== 'nothing' && verdict === worst)
    .map(({ fault }) => faultFacts[fault].title);
  return `${WORST_WORDS[worst]} ${names.join(', ')}`;
};

const cut = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;

/** `5 ✓   2 △   2 ✗   0 ☠` */
const countsOf = ({ counts }: TargetStability): string =>
  STABILITY_VERDICTS.map(
    (verdict) => `${String(counts[verdict]).padStart(2)} ${VERDICT_SIGNS[verdict]}`,
  ).join('  ');

/** One line for each target, the most stable first: `NAME  5 ✓  2 △  2 ✗  0 ☠  failures with killed worker`. */
export const stabilityLines = (
  { targets, soaks }: StabilitySummary,
  labels: Labels,
  columns: number,
): readonly string[] => {
  const nameOf = ({ target }: TargetStability): string => labelOf(labels, target);
  const width = Math.max(0, ...targets.map((one) => nameOf(one).length));
  return [
    ...targets.map((one) => `${nameOf(one).padEnd(width)}  ${countsOf(one)}  ${worstText(one)}`),
    ...soaks.map((soak) => soakText(soak, labels)),
  ].map((line) => cut(`  ${line}`.trimEnd(), columns));
};

const totalOf = ({ counts }: TargetStability): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

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
  return `In ${time} of constant load not everything stays as it is: ${words.join(', ')}`;
};

/** More would hide why. */
const MOST_NAMES = 3;

/** Which target stands the faults best and why, in one sentence without a full stop. */
export const stabilityFinding = ({ targets, soaks }: StabilitySummary, labels: Labels): string => {
  const [best, second] = targets;
  if (best === undefined) return soakFinding(soaks, labels);
  const worst = worstText(best);
  const why = `${best.counts.unaffected} of ${counted(totalOf(best), 'fault')} leave good requests unaffected${worst === '' ? '' : `; ${worst}`}`;
  if (second === undefined) return `${labelOf(labels, best.target)}: ${why}`;
  const compare = compareStability(targets);
  const equal = targets.filter((one) => compare(one, best) === 0);
  const names = equal.slice(0, MOST_NAMES).map(({ target }) => labelOf(labels, target));
  const more = equal.length > MOST_NAMES ? [`${equal.length - MOST_NAMES} more`] : [];
  return `${[...names, ...more].join(' and ')} ${equal.length > 1 ? 'are equally stable, and the most' : 'is the most stable'}: ${why}`;
};
