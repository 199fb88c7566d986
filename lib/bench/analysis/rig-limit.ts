import { failsCheck, isAtLimit } from './checks/check.ts';
import { groupBy } from './group-by.ts';
import type { Bypass, SummaryRow } from './summary-row.ts';
import { loadKey } from './verdicts/decided-pairs.ts';
import type { NoRankingReason, TargetRate } from './verdict-types.ts';

/** Bypass runs have no verdicts, but chance hardly makes one target so many times as fast as another in each of several repeats. */
const APART = 1.5;

/**
 * Whether bypass runs tell each target from the next.
 *
 * @param bypasses the fastest first
 * @param needed repeats of each; a few may differ as much by chance on a busy machine
 */
const areApart = (bypasses: readonly Bypass[], needed: number): boolean =>
  bypasses.length > 1 &&
  bypasses.every(({ repeats }) => repeats >= needed) &&
  bypasses.slice(1).every((slower, at) => {
    const faster = bypasses[at] ?? slower;
    return (
      faster.requestRatePerSecond >= APART * slower.requestRatePerSecond &&
      faster.slowestRepeat > slower.fastestRepeat
    );
  });

const rateOf = ({ target, requestRatePerSecond }: SummaryRow): TargetRate => ({
  target,
  requestRatePerSecond: requestRatePerSecond?.value ?? 0,
});

/**
 * What is known of targets of which some are at the limit of the rig, all at the highest level at which one of them is; undefined if none is.
 *
 * @param neededRepeats the repeats that a verdict needs
 */
export const rigLimitOf = (
  rows: readonly SummaryRow[],
  neededRepeats: number,
): NoRankingReason | undefined => {
  const usable = rows.filter((row) => row.repeats > 0 && !failsCheck(row));
  const ofLoad = [...groupBy(usable, loadKey).values()].findLast((atLoad) =>
    atLoad.some(isAtLimit),
  );
  if (ofLoad === undefined) return undefined;
  const [{ scenario, level }] = ofLoad;
  const bypassed = ofLoad
    .flatMap(({ target, bypass }) => (bypass === undefined ? [] : [{ target, bypass }]))
    .toSorted((a, b) => b.bypass.requestRatePerSecond - a.bypass.requestRatePerSecond);
  const all = bypassed.length === ofLoad.length ? bypassed : [];
  return {
    code: 'rig-limit',
    load: { scenario, level },
    targets: ofLoad.filter(isAtLimit).map(rateOf),
    below: ofLoad.filter((row) => !isAtLimit(row)).map(rateOf),
    bypass: all.map(({ target, bypass: { requestRatePerSecond } }) => ({
      target,
      requestRatePerSecond,
    })),
    isBypassApart: areApart(
      all.map(({ bypass }) => bypass),
      neededRepeats,
    ),
  };
};
