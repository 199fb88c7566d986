import type { SummaryRow } from '../analysis/summary-row.ts';
import { decided, type HeadlineVerdicts } from '../analysis/verdicts/verdict.ts';
import { targetId, type Target } from '../model/measurement.ts';

/** A target with its result at the highest level; undefined if that was not measured. */
interface ShownTarget {
  readonly target: Target;
  readonly row: SummaryRow | undefined;
}

/** The targets that have a verdict. */
export const judgedTargets = ({ verdicts }: HeadlineVerdicts): readonly Target[] => {
  const targets = verdicts.flatMap(({ first, second, ratio }) =>
    ratio === undefined ? [] : [first, second],
  );
  return [...new Map(targets.map((target) => [targetId(target), target])).values()];
};

/** The pairs of which one target is faster, as [faster, slower]. */
export const decidedPairs = ({ verdicts }: HeadlineVerdicts) =>
  verdicts.flatMap((verdict) => {
    const pair = decided(verdict);
    return pair === undefined ? [] : [pair];
  });

/** Greater is faster: the request rate at the highest level, or, in an open loop, the negative median. */
export const speedOf = ({ figure }: HeadlineVerdicts, { row }: ShownTarget): number =>
  figure === 'request rate'
    ? (row?.requestRatePerSecond?.value ?? -Infinity)
    : -(row?.p50Ms?.value ?? Infinity);

/** Targets in an order that agrees with each verdict and, where these leave it open, with the figures that are shown. */
export const bySpeed = <Shown extends ShownTarget>(
  headline: HeadlineVerdicts,
  targets: readonly Shown[],
): readonly Shown[] => {
  const pairs = decidedPairs(headline).map((pair) => pair.map(targetId));
  const ordered: Shown[] = [];
  let rest = targets.toSorted((a, b) => speedOf(headline, b) - speedOf(headline, a));
  while (rest.length > 0) {
    const ids = new Set(rest.map(({ target }) => targetId(target)));
    const losses = ({ target }: ShownTarget): number =>
      pairs.filter(([faster = '', slower]) => ids.has(faster) && slower === targetId(target))
        .length;
    const fewest = Math.min(...rest.map(losses));
    const next = rest.findIndex((target) => losses(target) === fewest);
    ordered.push(...rest.slice(next, next + 1));
    rest = rest.toSpliced(next, 1);
  }
  return ordered;
};
