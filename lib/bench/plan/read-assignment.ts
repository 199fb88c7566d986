import { BenchError } from '../errors.ts';
import type { Assignment } from './assignment.ts';
import type { Plan } from './plan.ts';
import { assignedIds, shareWork, type Work } from './share-work.ts';

/** The assignment that the rule of sharing gives. */
export const assignByRule = (
  runId: string,
  plan: Work & Pick<Plan, 'hash'>,
  pairs: readonly number[],
): Assignment => ({
  schema: 1,
  runId,
  number: 0,
  planHash: plan.hash,
  pairs: pairs.toSorted((a, b) => a - b),
  ...assignedIds(shareWork(plan, pairs)),
});

const refuse = (assignment: Assignment, reason: string): BenchError =>
  new BenchError(
    'BENCH_ASSIGNMENT',
    `the assignment ${assignment.number} of the run ${assignment.runId} cannot be used: ${reason}`,
    { hint: `make a new one: npx serving-compare run --on aws --resume ${assignment.runId}` },
  );

/** Those of the plan that were given out; each of them must be in the plan. */
const chosen = <Planned extends { readonly id: string }>(
  assignment: Assignment,
  ids: readonly string[],
  planned: readonly Planned[],
  kind: 'cell' | 'search',
): readonly Planned[] => {
  const known = new Set(planned.map(({ id }) => id));
  const foreign = ids.find((id) => !known.has(id));
  if (foreign !== undefined) {
    throw refuse(assignment, `it names "${foreign}", no ${kind} of the plan`);
  }
  const own = new Set(ids);
  return planned.filter(({ id }) => own.has(id));
};

/**
 * The cells and searches that an assignment gives to a pair, in the order of the plan.
 *
 * @throws BenchError where it is of another run or plan, or leaves the pair out.
 */
export const assignedWork = (
  assignment: Assignment,
  { runId, pair, plan }: { readonly runId: string; readonly pair: number; readonly plan: Plan },
): Required<Work> => {
  if (assignment.runId !== runId) throw refuse(assignment, `it is not of the run ${runId}`);
  if (assignment.planHash !== undefined && assignment.planHash !== plan.hash) {
    throw refuse(
      assignment,
      `it shares the plan ${assignment.planHash}, and the one made here is ${plan.hash}`,
    );
  }
  const ids = assignment.cells[String(pair)];
  if (ids === undefined) {
    throw refuse(assignment, `it is for the pairs ${assignment.pairs.join(', ')}, not for ${pair}`);
  }
  const searchIds = assignment.searches?.[String(pair)] ?? [];
  return {
    cells: chosen(assignment, ids, plan.cells, 'cell'),
    searches: chosen(assignment, searchIds, plan.searches ?? [], 'search'),
  };
};
