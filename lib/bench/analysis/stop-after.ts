import { targetId, type Target } from '../model/measurement.ts';
import { isOpen } from '../stats/judgement.ts';
import { MIN_P95_REPEATS } from './comparison/compare-runs.ts';
import {
  byId,
  decidedPairs,
  isRigLimited,
  measuredRows,
  orderOf,
  type Unranked,
  verdictsOnNeighbours,
} from './ranking.ts';
import type { Summary } from './summary.ts';
import type { HeadlineVerdicts, Verdict } from './verdict-types.ts';
import { needsRepeats } from './verdicts/decided-pairs.ts';

/** The verdicts on a target that is not among these. */
const verdictsOnOthers = (
  { verdicts }: HeadlineVerdicts,
  targets: readonly Target[],
): readonly Verdict[] => {
  const known = byId(targets);
  return verdicts.filter(
    ({ first, second }) => !known.has(targetId(first)) || !known.has(targetId(second)),
  );
};

/** Of the scheduled repeats, before a run ends because differences are known to be small. */
const SMALL_SHARE = 0.28;

/** Whether further repeats may give a verdict. */
const isUnsettled = ({ judgement }: Verdict): boolean =>
  judgement.kind === 'withheld' ? needsRepeats(judgement.reason) : isOpen(judgement);

/** Whether one target is known to be faster, or slower, than all others that are compared. */
const hasExtreme = (headline: HeadlineVerdicts, targets: readonly Target[]): boolean => {
  const pairs = decidedPairs(headline);
  return ([0, 1] as const).some((side) =>
    targets.some(
      (target) =>
        pairs.filter((pair) => targetId(pair[side]) === targetId(target)).length ===
        targets.length - 1,
    ),
  );
};

/**
 * Whether a run that ends when it has an answer may end: `decided`, if there is a verdict on each target and the next; `close`, if each
 * of these that is open is known to be small, or, once one target is known to be the fastest or the slowest, would not be decided by the
 * scheduled repeats if ratio and noise are as measured. Undefined if it must go on.
 *
 * @param repeats that are measured
 * @param scheduled repeats
 */
export const stopAfter = (
  summary: Unranked & Partial<Pick<Summary, 'plan'>>,
  repeats: number,
  scheduled: number,
): 'decided' | 'close' | undefined => {
  const { headline, plan } = summary;
  if (headline === undefined) return undefined;
  // A comparison with another run needs more of them for its p95s than the order of the targets may.
  if (plan?.settings.withBaseline === true && repeats < MIN_P95_REPEATS) return undefined;
  const { ordered } = orderOf(summary, headline);
  const open = [
    ...verdictsOnNeighbours(headline, ordered),
    ...verdictsOnOthers(headline, ordered),
  ].filter(isUnsettled);
  if (open.length === 0) {
    // CPU time per request may still tell targets apart.
    const isCpuOpen =
      isRigLimited(headline, measuredRows(summary)) &&
      summary.cpu?.verdicts.some(({ judgement }) => judgement.kind === 'noisy') === true;
    return isCpuOpen ? undefined : 'decided';
  }
  const isAnswered = hasExtreme(headline, ordered);
  const isClose = open.every(
    ({ judgement, repeatsAnew = Infinity }) =>
      (judgement.kind === 'bounded' && repeats >= SMALL_SHARE * scheduled) ||
      (isOpen(judgement) && isAnswered && repeatsAnew > scheduled),
  );
  return isClose ? 'close' : undefined;
};
