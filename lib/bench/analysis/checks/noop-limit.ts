import { levelId, type Measurement, rowKey, targetId, wireOf } from '../../model/measurement.ts';
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

/** Completed measurements of the no-op backend, by target. */
type NoopMeasurements = ReadonlyMap<string, readonly CompletedMeasurement[]>;

export const noopByTarget = (completed: Iterable<CompletedMeasurement>): NoopMeasurements =>
  groupBy(
    [...completed].filter(({ measurement }) => measurement.engine === 'noop'),
    ({ measurement }) => targetId(measurement.target),
  );

/**
 * The no-op measurements that a row is compared with: those of the same level if there are any, otherwise all of them. The latter holds
 * for open loops, because plans measure no-op limits in closed loops only.
 */
const noopMeasurementsOf = (
  { target, level }: CompletedMeasurement['measurement'],
  noopLimits: NoopMeasurements,
): readonly CompletedMeasurement[] => {
  const ofTarget = noopLimits.get(targetId(wireOf(target))) ?? [];
  const ofLevel = ofTarget.filter(
    ({ measurement }) => levelId(measurement.level) === levelId(level),
  );
  return ofLevel.length > 0 ? ofLevel : ofTarget;
};

/** The repeat of a level with the highest rate, over all its blocks; undefined without measurements. */
const repeatWithHighestRate = (measurements: readonly CompletedMeasurement[]) =>
  [
    ...groupBy(
      measurements,
      ({ measurement: { level, repeat } }) => `${levelId(level)} ${repeat}`,
    ).values(),
  ]
    .map((blocks) => ({
      ...blocks[0].measurement,
      requestRatePerSecond: pooledRate(blocks.map(({ load }) => load)),
    }))
    .toSorted((a, b) => b.requestRatePerSecond - a.requestRatePerSecond)[0];

/**
 * Compares the fastest repeat of a row with the fastest of its no-op measurements: other programs only make both slower, and the rig
 * can do what it did once. Undefined if either side is missing, or the no-op limit is 0.
 *
 * @param measurements of the row
 * @param noopLimits of {@link noopByTarget}
 */
export const noopLimitOf = (
  measurements: readonly CompletedMeasurement[],
  noopLimits: NoopMeasurements,
): NoopLimit | undefined => {
  const fastest = repeatWithHighestRate(measurements);
  if (fastest === undefined || fastest.engine === 'noop') return undefined;
  const { requestRatePerSecond = 0 } =
    repeatWithHighestRate(noopMeasurementsOf(fastest, noopLimits)) ?? {};
  if (requestRatePerSecond === 0) return undefined;
  const share = fastest.requestRatePerSecond / requestRatePerSecond;
  return {
    requestRatePerSecond,
    share,
    repeat: fastest.repeat,
    near: share > NEAR_NOOP_LIMIT_SHARE,
  };
};

/**
 * The no-op limits that a target came near: other programs may have disturbed them.
 *
 * @param completed measurements of a run; of those with the same id, only one
 * @returns the no-op measurements that belong together
 */
export const nearLimits = (
  completed: readonly CompletedMeasurement[],
): readonly (readonly Measurement[])[] => {
  const noopLimits = noopByTarget(completed);
  const near = [...groupBy(completed, ({ measurement }) => rowKey(measurement)).values()].flatMap(
    (ofRow) =>
      noopLimitOf(ofRow, noopLimits)?.near === true
        ? [noopMeasurementsOf(ofRow[0].measurement, noopLimits)]
        : [],
  );
  const byFirst = new Map(near.map((limits) => [limits[0]?.measurement.id, limits]));
  return [...byFirst.values()].map((limits) => limits.map(({ measurement }) => measurement));
};

type NoopLimitFacts = {
  /** The fastest repeat; absent if there is only one. */
  readonly fastestRepeat?: number;
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
  const { share: figure, repeat, requestRatePerSecond } = compared;
  const facts = { fastestRepeat: repeats === 1 ? undefined : repeat, requestRatePerSecond };
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
  finding({ state, reason, figure, facts: { fastestRepeat, requestRatePerSecond } = {} }) {
    const who = fastestRepeat === undefined ? 'The target' : `Repeat ${fastestRepeat}`;
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
