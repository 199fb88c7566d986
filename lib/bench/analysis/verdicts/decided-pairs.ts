import { levelId, type Target, targetId } from '../../model/measurement.ts';
import { decide, type Decision, narrow } from '../../stats/judgement.ts';
import type { Look } from '../../stats/looks.ts';
import { meanOf } from '../../stats/moments.ts';
import { estimate, type LogRatio } from '../../stats/noise.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { Load, WithheldReason } from '../verdict-types.ts';
import { type FigureOfRepeat, type Pairing, pairRepeats, repeatReason } from './pairing.ts';

/** Two targets at one level. */
interface LoadPair {
  readonly load: Load;
  readonly pairing: Pairing;
  /** Why they cannot be compared at this level; undefined if they can. */
  readonly reason: WithheldReason | undefined;
  /** Set if the rig was the limit of one of them only: it may be faster than measured. */
  readonly atLimit: { readonly isFirst: boolean; readonly reason: WithheldReason } | undefined;
  /** Undefined if they cannot be compared. */
  readonly ratio: LogRatio | undefined;
}

/** Two targets at all levels that are compared by one figure. */
interface TargetPair {
  readonly first: Target;
  readonly second: Target;
  readonly loads: readonly LoadPair[];
  /** Over the levels at which they can be compared; undefined if there are none. */
  readonly ratio: LogRatio | undefined;
}

export const loadKey = ({ scenario, level }: Load): string => `${scenario}/${levelId(level)}`;

/** What is compared, and why a row cannot be. */
export interface ComparedBy {
  readonly figure: FigureOfRepeat;
  readonly reasonOf: (measuredRow: MeasuredRow) => WithheldReason | undefined;
}

/** All pairs by the repeats of a look. */
interface PairsAtLook {
  readonly errorPart: number;
  readonly pairs: readonly TargetPair[];
}

type UnestimatedPair = Pick<TargetPair, 'first' | 'second'> & {
  readonly loads: readonly Omit<LoadPair, 'ratio'>[];
};

/** Why two rows cannot be compared: rather for a fault than for the limit of the rig. */
const worstOf = (reasons: readonly (WithheldReason | undefined)[]): WithheldReason | undefined =>
  reasons.find((reason) => reason !== undefined && reason.code !== 'rig-limit') ??
  reasons.find((reason) => reason !== undefined);

/** All pairs of targets with a common level, in the order of the rows. */
const pairTargets = (
  measuredRows: readonly MeasuredRow[],
  { figure, reasonOf }: ComparedBy,
): readonly UnestimatedPair[] => {
  const pairAt = (first: MeasuredRow, second: MeasuredRow) => {
    const pairing = pairRepeats(figure, first, second);
    const reasons = [reasonOf(first), reasonOf(second)] as const;
    const [known = reasons[1]] = reasons;
    const isOneSided =
      known?.code === 'rig-limit' && reasons.some((reason) => reason === undefined);
    return {
      load: { scenario: first.row.scenario, level: first.row.level },
      pairing,
      atLimit: isOneSided ? { isFirst: reasons[0] !== undefined, reason: known } : undefined,
      reason: (isOneSided ? undefined : worstOf(reasons)) ?? repeatReason(pairing),
    };
  };
  const targets = [...groupBy(measuredRows, ({ row }) => targetId(row.target)).values()].map(
    (group) => ({
      target: group[0].row.target,
      rowAt: new Map(group.map((measuredRow) => [loadKey(measuredRow.row), measuredRow])),
    }),
  );
  return targets.flatMap((first, index) =>
    targets.slice(index + 1).flatMap((second) => {
      const loads = [...first.rowAt].flatMap(([key, measuredRow]) => {
        const other = second.rowAt.get(key);
        return other === undefined ? [] : [pairAt(measuredRow, other)];
      });
      return loads.length === 0 ? [] : [{ first: first.target, second: second.target, loads }];
    }),
  );
};

/** All pairs and their ratios. Noise is estimated from all of them together. */
const targetPairs = (
  measuredRows: readonly MeasuredRow[],
  comparison: ComparedBy,
): readonly TargetPair[] => {
  const pairs = pairTargets(measuredRows, comparison);
  const estimates = estimate(
    pairs.map(({ first, second, loads }) => ({
      first: targetId(first),
      second: targetId(second),
      levels: new Map(
        loads
          .filter(({ reason }) => reason === undefined)
          .map(({ load, pairing }) => [loadKey(load), pairing.differences]),
      ),
    })),
  );
  return pairs.map(({ first, second, loads }, index) => {
    const ratios = estimates[index];
    return {
      first,
      second,
      loads: loads.map((pair) => ({ ...pair, ratio: ratios?.levels.get(loadKey(pair.load)) })),
      ratio: ratios?.overall,
    };
  });
};

export const comparable = ({ loads }: Pick<TargetPair, 'loads'>): readonly LoadPair[] =>
  loads.filter(({ reason }) => reason === undefined);

/** The error of each pair that is compared in the end; at first, fewer have enough repeats. */
const errorOfPair = (pairs: readonly TargetPair[], error: number): number =>
  error / pairs.filter(({ ratio }) => ratio !== undefined).length;

/** What is known of each pair after all looks; undefined for one that is not compared. */
const decideAtLooks = (
  looks: readonly PairsAtLook[],
  pairs: readonly TargetPair[],
  error: number,
): readonly (Decision | undefined)[] =>
  pairs.map((last, index) => {
    const decisions = looks.flatMap((look) => {
      const pair = look.pairs[index];
      // Over fewer levels than in the end, it would be another ratio.
      return pair?.ratio === undefined || comparable(pair).length < comparable(last).length
        ? []
        : [decide(pair.ratio, look.errorPart * error)];
    });
    const [first, ...further] = decisions;
    if (first === undefined) return undefined;
    const { judgement, ratio } = further.reduce(narrow, first);
    const interval = { ...ratio.interval, confidence: 1 - error };
    return { judgement, ratio: { ...ratio, interval } };
  });

const firstRepeats = (
  measuredRows: readonly MeasuredRow[],
  count: number,
): readonly MeasuredRow[] =>
  measuredRows.map(({ row, repeats }) => ({
    row,
    repeats: repeats.filter(({ measurement }) => measurement.repeat <= count),
  }));

/** Two targets, and what is known of them after all looks. */
export interface DecidedPair extends TargetPair {
  /** Of the speed of the first ÷ that of the second; undefined if they are not compared. */
  readonly decision: Decision | undefined;
  /** The probability of a wrong decision that the pair may have. */
  readonly error: number;
}

/**
 * Compares all pairs of targets with a common level, in the order of the rows, so that all decisions are right with a probability of at
 * least 1 − error.
 *
 * @param looks none if the run is to come to the first
 */
export const decidePairs = (
  measuredRows: readonly MeasuredRow[],
  looks: readonly Look[],
  comparison: ComparedBy,
  familyError: number,
): readonly DecidedPair[] => {
  const atLooks = looks.map(({ repeats, errorPart }) => ({
    errorPart,
    pairs: targetPairs(firstRepeats(measuredRows, repeats), comparison),
  }));
  const pairs = atLooks.at(-1)?.pairs ?? targetPairs(measuredRows, comparison);
  const error = errorOfPair(pairs, familyError);
  const decisions = decideAtLooks(atLooks, pairs, error);
  return pairs.map((pair, index) => ({ ...pair, decision: decisions[index], error }));
};

/** Why a pair is not decided. */
export const whyWithheld = ({ loads }: TargetPair): WithheldReason =>
  loads[0]?.reason ?? { code: 'not-looked-yet' };

/** Whether a verdict is only withheld until there are enough repeats. */
export const needsRepeats = ({ code }: WithheldReason): boolean =>
  code === 'few-repeats' || code === 'not-looked-yet';

/** The fewest repeats of the levels at which a pair is compared, or of all. */
export const repeatsOf = (pair: TargetPair): number => {
  const used = comparable(pair).length === 0 ? pair.loads : comparable(pair);
  return Math.min(...used.map(({ pairing }) => pairing.differences.repeats));
};

/**
 * Coefficient of variation of the figure of a target at a level between repeats; undefined without a ratio. The standard error of a ratio
 * in one repeat at one level is √2 times that of each target.
 */
export const noiseOf = (pairs: readonly TargetPair[]): number | undefined => {
  const variances = pairs.flatMap(({ ratio }) =>
    ratio === undefined ? [] : [(ratio.standardError ** 2 * ratio.repeats) / 2],
  );
  return variances.length === 0 ? undefined : Math.sqrt(Math.expm1(meanOf(variances)));
};
