import { levelId, type Measurement, rowKey, targetId } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { groupBy } from '../group-by.ts';
import { pooledRate } from '../figures-over-repeats.ts';
import type { CheckResult, NoopLimit, SummaryRow } from '../summary-row.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { Check } from './check.ts';

/** Above this share of the no-op limit, the rig may be the limit instead of the serving. */
export const NEAR_NOOP_LIMIT_SHARE = 0.7;

/** Above this share of a no-op limit, the rig can do more than the limit says. How much more is not known, so the target may still be at it. */
const REFUTED_SHARE = 1.1;

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

/** The no-op measurements of the same repeat, which had the same conditions, or all of them if there is none with figures. */
const ofRepeat = (
  noopMeasurements: readonly CompletedMeasurement[],
  { repeat }: Measurement,
): readonly CompletedMeasurement[] => {
  const ofSame = noopMeasurements.filter(({ measurement }) => measurement.repeat === repeat);
  return rateOf(ofSame) > 0 ? ofSame : noopMeasurements;
};

/**
 * The no-op limits that a target has exceeded in a repeat, which a limit rules out: something disturbed them.
 *
 * @param completed measurements of a run; of those with the same id, only one
 */
export const exceededLimits = (
  completed: readonly CompletedMeasurement[],
): readonly Measurement[] => {
  const noopLimits = noopByTarget(completed);
  const repeats = groupBy(
    completed.filter(({ measurement }) => measurement.engine !== 'noop'),
    ({ measurement }) => `${rowKey(measurement)} ${measurement.repeat}`,
  );
  const exceeded = [...repeats.values()].flatMap((blocks) => {
    const [{ measurement }] = blocks;
    const compared = ofRepeat(noopMeasurementsOf(measurement, noopLimits), measurement);
    return rateOf(blocks) > rateOf(compared) ? compared : [];
  });
  return [...new Set(exceeded)].map(({ measurement }) => measurement);
};

/**
 * Compares a row with its no-op limit. Each repeat is compared with the no-op limit of the same repeat, or with that of all repeats if it
 * has none. The repeat with the largest share decides whether the row is too near. Undefined if either
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
  const shares = measurements.map(({ measurement, load }) => {
    const limit = rateOf(ofRepeat(noopMeasurements, measurement));
    return {
      repeat: measurement.repeat,
      share: load.requestRatePerSecond / limit,
      requestRatePerSecond: limit,
    };
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

/** Whether every repeat stayed well below the no-op limit. Otherwise the rig was the limit, whether the no-op limit is right or too low. */
export const noopLimitCheck = ({
  noopLimit: compared,
  repeats,
}: Pick<SummaryRow, 'noopLimit' | 'repeats'>): CheckResult<NoopLimitFacts> => {
  const check = 'noop-limit';
  if (compared === undefined) return { check, state: 'unknown' };
  const { share: figure, repeat, requestRatePerSecond } = compared.worst;
  const worstRepeat = repeats === 1 ? undefined : repeat;
  const facts = { worstRepeat, requestRatePerSecond };
  const limit = NEAR_NOOP_LIMIT_SHARE;
  const reason = figure > REFUTED_SHARE ? 'refuted' : undefined;
  return { check, state: compared.near ? 'at-limit' : 'passed', reason, figure, limit, facts };
};

export const noopLimit: Check<NoopLimitFacts> = {
  name: 'noop-limit',
  title: 'No-op limit',
  asks: 'Is the rig far from its own limit, measured with a backend that answers at once?',
  limit: `rate ≤ ${limitPercent(NEAR_NOOP_LIMIT_SHARE)} of the no-op limit`,
  tag: 'rig limit',
  judge: ({ row }) => noopLimitCheck(row),
  finding({ state, reason, figure, facts: { worstRepeat, requestRatePerSecond } = {} }) {
    const who = worstRepeat === undefined ? 'The target' : `Repeat ${worstRepeat}`;
    if (reason === 'refuted') {
      return `${who} was ${formatFigure(figure)} times as fast as the no-op backend with ${formatFigure(requestRatePerSecond)} requests/s, so the limit of the rig is higher, but not known.`;
    }
    if (state === 'unknown') return 'The no-op limit of this target is not known.';
    return `${who} reached ${formatPercent(figure)} % of the ${formatFigure(requestRatePerSecond)} requests/s that the rig handles with the no-op backend; limit ${limitPercent(NEAR_NOOP_LIMIT_SHARE)}.`;
  },
  advice: ({ state }) =>
    state === 'unknown'
      ? 'Measure it: --noop-limits each.'
      : 'The serving may be faster than this: compare CPU times per request and bypass runs (--bypass), or give middleware and load generator more cores or nodes of their own.',
};
