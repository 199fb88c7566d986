import { targetId } from '../../model/measurement.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { FailingTarget } from '../verdict-types.ts';
import { loadKey } from './decided-pairs.ts';
import { failedRequestsReason, faultOf, type AnswerFacts } from './pairing.ts';

/**
 * The targets that failed too many requests at a level at which others are compared with them, each with its worst level, the worst
 * target first. A server that refuses what others answer is not faster at the levels that are left. Those with a graver fault in their answers are left out.
 */
export const failingTargets = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly FailingTarget[] => {
  const compared = [...groupBy(measuredRows, ({ row }) => loadKey(row)).values()]
    .filter((atLoad) => atLoad.length > 1)
    .flat();
  const failing = compared
    .flatMap(({ row }) => {
      const reason = failedRequestsReason(row);
      const isFaulty = faultOf(row.target, answers) !== undefined;
      return reason === undefined || isFaulty ? [] : [{ ...reason, target: row.target }];
    })
    .toSorted((a, b) => b.share - a.share);
  return [...groupBy(failing, ({ target }) => targetId(target)).values()].map(([worst]) => worst);
};
