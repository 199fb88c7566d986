import type { MeasuredLevel } from './scaling-knee.ts';
import type { Interval } from './statistics/interval.ts';
import { jackknifeInterval } from './statistics/jackknife.ts';
import { fitUsl, type UslFit } from './statistics/usl.ts';
import { sum } from '../sum.ts';
import { rateOf } from './verdicts/side.ts';

/** The levels without one of the repeats; those that have no other are left out. */
const without = (levels: readonly MeasuredLevel[], repeat: number): readonly MeasuredLevel[] =>
  levels.flatMap((level): MeasuredLevel[] => {
    const repeats = level.repeats.filter(({ cell }) => cell.repeat !== repeat);
    const answers = sum(repeats.map((one) => rateOf(one).answers));
    const seconds = sum(repeats.map(({ load }) => load.durationSeconds));
    return answers === 0 ? [] : [{ ...level, repeats, ratePerSecond: answers / seconds }];
  });

/**
 * The interval of the peak of a fit: what it is without each repeat, on the logarithm, as in {@link jackknifeInterval}. It
 * is of the noise between repeats only, and says nothing of how well the law fits. Of simulated intervals that reached
 * beyond the levels, down to 76 % held the true peak, and of those inside them 93 % and more: so the former are not told.
 *
 * @returns undefined where the fit has no peak, or has none without one of the repeats, where the interval would reach
 *   beyond the highest level, and for fewer than two repeats
 */
export const peakIntervalOf = (
  { peakUsers }: UslFit,
  levels: readonly MeasuredLevel[],
): Interval | undefined => {
  if (peakUsers === undefined) return undefined;
  const repeats = new Set(levels.flatMap(({ repeats: own }) => own.map(({ cell }) => cell.repeat)));
  const peaks = [...repeats].map((repeat) => {
    const left = without(levels, repeat);
    return left.length < levels.length ? undefined : fitUsl(left)?.peakUsers;
  });
  const logs = peaks.flatMap((peak) => (peak === undefined ? [] : [Math.log(peak)]));
  if (logs.length < peaks.length) return undefined;
  const interval = jackknifeInterval(Math.log(peakUsers), logs);
  const highest = Math.max(...levels.map(({ virtualUsers }) => virtualUsers));
  return interval === undefined || Math.exp(interval.high) > highest
    ? undefined
    : { ...interval, low: Math.exp(interval.low), high: Math.exp(interval.high) };
};
