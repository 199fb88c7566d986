import { levelId, type Target, targetId } from '../../model/measurement.ts';
import { estimate, type LogRatio } from '../../stats/noise.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../measurement-records.ts';
import type { Load, WithheldReason } from '../verdict-types.ts';
import { judgedFigure, type Pairing, pairRepeats } from './pairing.ts';
import { repeatReason, withheldReason, type AnswerFacts } from './withheld.ts';

/** Two targets at one level. */
export interface LoadPair {
  readonly load: Load;
  readonly pairing: Pairing;
  /** Why they cannot be compared at this level; undefined if they can. */
  readonly reason: WithheldReason | undefined;
  /** Undefined if they cannot be compared. */
  readonly ratio: LogRatio | undefined;
}

/** Two targets at all levels that are judged by one figure. */
export interface TargetPair {
  readonly first: Target;
  readonly second: Target;
  readonly loads: readonly LoadPair[];
  /** Over the levels at which they can be compared; undefined if there are none. */
  readonly ratio: LogRatio | undefined;
}

export const loadKey = ({ scenario, level }: Load): string => `${scenario}/${levelId(level)}`;

type UnestimatedPair = Pick<TargetPair, 'first' | 'second'> & {
  readonly loads: readonly Omit<LoadPair, 'ratio'>[];
};

/** All pairs of targets with a common level, in the order of the rows. */
const pairTargets = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly UnestimatedPair[] => {
  const pairAt = (first: MeasuredRow, second: MeasuredRow) => {
    const pairing = pairRepeats(judgedFigure(first.row.level), first, second);
    return {
      load: { scenario: first.row.scenario, level: first.row.level },
      pairing,
      reason:
        withheldReason(first, answers) ?? withheldReason(second, answers) ?? repeatReason(pairing),
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

/**
 * All pairs of targets with a common level, in the order of the rows, and their ratios. Noise is estimated from all of them together.
 *
 * @param measuredRows judged by one figure
 */
export const targetPairs = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly TargetPair[] => {
  const pairs = pairTargets(measuredRows, answers);
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
