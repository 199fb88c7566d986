import type { StabilitySummary, TargetStability } from '../stability/summary.ts';
import { isTested } from '../stability/summary.ts';
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
  openFiles: { title: 'open files', unit: '' },
};

/** What a soak came to, in one sentence. */
export const soakText = (
  { target, ratePerSecond, durationSeconds, requests, failed, ended }: Soak,
  labels: Labels,
): string =>
  `${labelOf(labels, target)}: ${durationText(durationSeconds)} at ${formatFigure(ratePerSecond)} requests/s; ${failed} of ${counted(requests, 'request')} failed${ended === undefined ? '' : `; the serving ended: ${ended}`}.`;

/** A line for each target, the most stable first. */
export const stabilityLines = (
  { targets, soaks }: StabilitySummary,
  labels: Labels,
): readonly string[] => [
  ...targets.map((one) => `${labelOf(labels, one.target)}: ${countsText(one)}`),
  ...soaks.map((soak) => soakText(soak, labels)),
];

/** The faults with a verdict, by name. */
const namesOf = ({ results }: TargetStability, verdict: StabilityVerdict): string =>
  results
    .filter(isTested)
    .filter((one) => one.fault !== 'nothing' && one.verdict === verdict)
    .map(({ fault }) => faultFacts[fault].title)
    .join(', ');

/** `14 unaffected, 1 degraded (burst: p99 × 3), 1 died (killed worker)`. */
const countsText = (one: TargetStability): string =>
  STABILITY_VERDICTS.filter((verdict) => one.counts[verdict] > 0)
    .map((verdict) => {
      const names = verdict === 'unaffected' ? '' : ` (${namesOf(one, verdict)})`;
      return `${one.counts[verdict]} ${verdict}${names}`;
    })
    .join('; ');

const WORST_WORDS: Readonly<Record<StabilityVerdict, string>> = {
  unaffected: '',
  degraded: 'they are late with',
  failed: 'some fail with',
  died: 'it dies with',
};

/** The faults of the gravest verdict by name: `; it dies with killed worker`. */
const worstText = (one: TargetStability): string => {
  const worst = STABILITY_VERDICTS.findLast((verdict) => one.counts[verdict] > 0) ?? 'unaffected';
  return worst === 'unaffected' ? '' : `; ${WORST_WORDS[worst]} ${namesOf(one, worst)}`;
};

const totalOf = ({ counts }: TargetStability): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const soakFinding = (soaks: readonly Soak[], labels: Labels): string => {
  const growing = soaks.filter(
    ({ trends, ended }) => ended !== undefined || trends.some(({ grows }) => grows),
  );
  const [first] = soaks;
  const time = first === undefined ? '' : durationText(first.durationSeconds);
  if (growing.length === 0) {
    return `Nothing grows in ${time} of constant load`;
  }
  const words = growing.map(({ target, trends, ended }) => {
    const figures = trends
      .filter(({ grows }) => grows)
      .map(({ figure }) => soakFigureFacts[figure].title);
    return `${labelOf(labels, target)} (${ended === undefined ? figures.join(', ') : 'ended'})`;
  });
  return `In ${time} of constant load not everything stays as it is: ${words.join(', ')}`;
};

/** Which target stands the faults best and why, in one sentence without a full stop. */
export const stabilityFinding = ({ targets, soaks }: StabilitySummary, labels: Labels): string => {
  const [best, second] = targets;
  if (best === undefined) return soakFinding(soaks, labels);
  const { died, failed, degraded, unaffected } = best.counts;
  const why = `${unaffected} of ${counted(totalOf(best), 'fault')} leave its good requests unaffected${worstText(best)}`;
  if (second === undefined) return `${labelOf(labels, best.target)}: ${why}`;
  const equal = targets.filter(
    ({ counts }) =>
      counts.died === died && counts.failed === failed && counts.degraded === degraded,
  );
  return equal.length > 1
    ? `${equal.map(({ target }) => labelOf(labels, target)).join(' and ')} are equally stable: ${why}`
    : `${labelOf(labels, best.target)} is the most stable: ${why}`;
};
