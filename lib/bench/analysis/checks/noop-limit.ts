import { levelId, targetId } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { groupBy } from '../group-by.ts';
import { pooledRate } from '../over-repeats.ts';
import type { NoopLimit, SummaryRow } from '../summary-row.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { passedWhere, type CheckResult } from './check.ts';

/** A target above this share of its no-op limit may show the rig rather than the serving. */
export const NEAR_NOOP_LIMIT_SHARE = 0.7;

/** In requests a second. NaN for none. */
const rateOf = (measurements: readonly CompletedMeasurement[]): number =>
  pooledRate(measurements.map(({ load }) => load));

/** The completed measurements of the no-op backend, by target. */
type NoopMeasurements = ReadonlyMap<string, readonly CompletedMeasurement[]>;

export const noopByTarget = (completed: Iterable<CompletedMeasurement>): NoopMeasurements =>
  groupBy(
    [...completed].filter(({ measurement }) => measurement.engine === 'noop'),
    ({ measurement }) => targetId(measurement.target),
  );

/**
 * The measurements of the no-op backend that a row is compared with: those of its level if there are any, otherwise of the level with
 * the greatest rate. An open loop always gets the latter, since plans measure no-op limits in closed loops only.
 */
const noopMeasurementsOf = (
  { target, level }: CompletedMeasurement['measurement'],
  noopLimits: NoopMeasurements,
): readonly CompletedMeasurement[] => {
  const byLevel = groupBy(noopLimits.get(targetId(target)) ?? [], ({ measurement }) =>
    levelId(measurement.level),
  );
  const [highest = []] = [...byLevel.values()].toSorted(
    (one, other) => rateOf(other) - rateOf(one),
  );
  return byLevel.get(levelId(level)) ?? highest;
};

/**
 * The no-op limit of a row: the rate of the no-op backend over all its repeats, and the row's own rate as a share of it. Each repeat
 * is compared with the no-op limit of that repeat, so that both saw the same machine, or else with that of all; the worst repeat
 * tells whether the row came too near. Undefined if either is missing or the no-op limit is 0.
 *
 * @param measurements the measurements of the row
 * @param noopLimits of {@link noopByTarget}
 */
export const noopLimitOf = (
  measurements: readonly CompletedMeasurement[],
  noopLimits: NoopMeasurements,
): NoopLimit | undefined => {
  const [first] = measurements;
  if (first === undefined || first.measurement.engine === 'noop') return undefined;
  const against = noopMeasurementsOf(first.measurement, noopLimits);
  const requestRatePerSecond = rateOf(against);
  const share = rateOf(measurements) / requestRatePerSecond;
  if (!Number.isFinite(share)) return undefined;
  const shares = measurements.map(({ measurement: { repeat }, load }) => {
    const paired = rateOf(against.filter(({ measurement }) => measurement.repeat === repeat));
    // NaN if the repeat has none; a no-op limit of 0 limits nothing.
    const limit = paired > 0 ? paired : requestRatePerSecond;
    return { repeat, share: load.requestRatePerSecond / limit, requestRatePerSecond: limit };
  });
  const [worst] = shares.toSorted((one, other) => other.share - one.share);
  if (worst === undefined) return undefined;
  return { requestRatePerSecond, share, near: worst.share > NEAR_NOOP_LIMIT_SHARE, worst };
};

const NEAR =
  'The serving may be faster than this: give middleware and load generator more cores or nodes of their own.';
/** Above 100 %, the no-op limit itself was measured wrong. */
const UNUSABLE =
  'The no-op limit is unusable: the rig was slower with the no-op backend than with the serving. Close other programs on the machine and measure again, with --noop-limits each.';

/** Whether every repeat stayed well below what the rig handles with a backend that answers at once. */
export const noopLimitCheck = ({
  noopLimit,
  repeats,
}: Pick<SummaryRow, 'noopLimit' | 'repeats'>): CheckResult => {
  const check = 'noop-limit';
  if (noopLimit === undefined) {
    return {
      check,
      state: 'unknown',
      finding: 'The no-op limit of this target is not known.',
      advice: 'Measure it: --noop-limits each.',
    };
  }
  const { near, worst } = noopLimit;
  const figure = worst.share;
  const limit = NEAR_NOOP_LIMIT_SHARE;
  const who = repeats === 1 ? 'The target' : `Repeat ${worst.repeat}`;
  const handled = formatFigure(worst.requestRatePerSecond);
  const finding = `${who} reached ${formatPercent(figure)} % of the ${handled} requests/s that the rig handles with the no-op backend; limit ${formatPercent(limit)} %.`;
  const advice = figure > 1 ? UNUSABLE : NEAR;
  return passedWhere(!near, { check, figure, limit, finding, advice });
};
