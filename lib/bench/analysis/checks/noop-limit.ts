import { levelId, targetId } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { groupBy } from '../group-by.ts';
import { pooledRate } from '../figures-over-repeats.ts';
import type { CheckResult, NoopLimit, SummaryRow } from '../summary-row.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import { passedIf, type Check } from './check.ts';

/** Above this share of the no-op limit, the rig may be the limit instead of the serving. */
export const NEAR_NOOP_LIMIT_SHARE = 0.7;

/** In requests per second. NaN without measurements. */
const rateOf = (measurements: readonly CompletedMeasurement[]): number =>
  pooledRate(measurements.map(({ load }) => load));

/** Completed measurements of the no-op backend, by target. */
type NoopMeasurements = ReadonlyMap<string, readonly CompletedMeasurement[]>;

export const noopByTarget = (completed: Iterable<CompletedMeasurement>): NoopMeasurements =>
  groupBy(
    [...completed].filter(({ measurement }) => measurement.engine === 'noop'),
    ({ measurement }) => targetId(measurement.target),
  );

/**
 * The no-op measurements that a row is compared with: those of the same level if there are any, otherwise those of the level with the
 * highest rate. The latter holds for open loops, because plans measure no-op limits in closed loops only.
 */
const noopMeasurementsOf = (
  { target, level }: CompletedMeasurement['measurement'],
  noopLimits: NoopMeasurements,
): readonly CompletedMeasurement[] => {
  const byLevel = groupBy(noopLimits.get(targetId(target)) ?? [], ({ measurement }) =>
    levelId(measurement.level),
  );
  const [highest = []] = [...byLevel.values()].toSorted((a, b) => rateOf(b) - rateOf(a));
  return byLevel.get(levelId(level)) ?? highest;
};

/**
 * Compares a row with its no-op limit. Each repeat is compared with the no-op limit of the same repeat, which had the same conditions, or
 * with that of all repeats if it has none. The repeat with the largest share decides whether the row is too near. Undefined if either
 * side is missing, or the no-op limit is 0.
 *
 * @param measurements of the row
 * @param noopLimits of {@link noopByTarget}
 */
export const noopLimitOf = (
  measurements: readonly CompletedMeasurement[],
  noopLimits: NoopMeasurements,
): NoopLimit | undefined => {
  const [first] = measurements;
  if (first === undefined || first.measurement.engine === 'noop') return undefined;
  const noopMeasurements = noopMeasurementsOf(first.measurement, noopLimits);
  const requestRatePerSecond = rateOf(noopMeasurements);
  const share = rateOf(measurements) / requestRatePerSecond;
  if (!Number.isFinite(share)) return undefined;
  const shares = measurements.map(({ measurement: { repeat }, load }) => {
    const sameRepeat = noopMeasurements.filter(({ measurement }) => measurement.repeat === repeat);
    const paired = rateOf(sameRepeat);
    // NaN if the repeat has none.
    const limit = paired > 0 ? paired : requestRatePerSecond;
    return { repeat, share: load.requestRatePerSecond / limit, requestRatePerSecond: limit };
  });
  const [worst] = shares.toSorted((a, b) => b.share - a.share);
  if (worst === undefined) return undefined;
  return { requestRatePerSecond, share, near: worst.share > NEAR_NOOP_LIMIT_SHARE, worst };
};

type NoopLimitFacts = {
  /** The worst repeat; absent if there is only one. */
  readonly worstRepeat?: number;
  /** The rate of the no-op backend that it is compared with. */
  readonly requestRatePerSecond?: number;
};

/** Whether every repeat stayed well below the no-op limit. Above it, the limit itself is wrong. */
export const noopLimitCheck = ({
  noopLimit: compared,
  repeats,
}: Pick<SummaryRow, 'noopLimit' | 'repeats'>): CheckResult<NoopLimitFacts> => {
  const check = 'noop-limit';
  if (compared === undefined) return { check, state: 'unknown' };
  const { share: figure, repeat, requestRatePerSecond } = compared.worst;
  const worstRepeat = repeats === 1 ? undefined : repeat;
  const facts = { worstRepeat, requestRatePerSecond };
  const reason = figure > 1 ? 'slower-than-serving' : compared.near ? 'near' : undefined;
  const limit = NEAR_NOOP_LIMIT_SHARE;
  return passedIf(!compared.near, { check, reason, figure, limit, facts });
};

export const noopLimit: Check<NoopLimitFacts> = {
  name: 'noop-limit',
  title: 'No-op limit',
  asks: 'Is the rig far from its own limit, measured with a backend that answers at once?',
  limit: `rate ≤ ${limitPercent(NEAR_NOOP_LIMIT_SHARE)} of the no-op limit`,
  tag: 'no-op limit',
  judge: ({ row }) => noopLimitCheck(row),
  finding({ state, figure, facts: { worstRepeat, requestRatePerSecond } = {} }) {
    if (state === 'unknown') return 'The no-op limit of this target is not known.';
    const who = worstRepeat === undefined ? 'The target' : `Repeat ${worstRepeat}`;
    return `${who} reached ${formatPercent(figure)} % of the ${formatFigure(requestRatePerSecond)} requests/s that the rig handles with the no-op backend; limit ${limitPercent(NEAR_NOOP_LIMIT_SHARE)}.`;
  },
  advice({ state, reason }) {
    if (state === 'unknown') return 'Measure it: --noop-limits each.';
    return reason === 'slower-than-serving'
      ? 'The no-op limit is unusable: the rig was slower with the no-op backend than with the serving. Close other programs on the machine and measure again, with --noop-limits each.'
      : 'The serving may be faster than this: give middleware and load generator more cores or nodes of their own.';
  },
};
