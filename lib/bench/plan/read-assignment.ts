import { BenchError } from '../errors.ts';
import type { Assignment } from './assignment.ts';
import type { Cell } from './cell.ts';
import type { Plan } from './plan.ts';
import { shareCells } from './share-cells.ts';

/** The assignment that the rule of sharing gives. */
export const assignByRule = (
  runId: string,
  plan: Pick<Plan, 'cells' | 'hash'>,
  pairs: readonly number[],
): Assignment => ({
  schema: 1,
  runId,
  number: 0,
  planHash: plan.hash,
  pairs: pairs.toSorted((a, b) => a - b),
  cells: Object.fromEntries(
    Object.entries(shareCells(plan.cells, pairs)).map(([pair, cells]) => [
      pair,
      cells.map(({ id }) => id),
    ]),
  ),
});

const refuse = (assignment: Assignment, reason: string): BenchError =>
  new BenchError(
    'BENCH_ASSIGNMENT',
    `the assignment ${assignment.number} of the run ${assignment.runId} cannot be used: ${reason}`,
    { hint: `make a new one: bench run --on aws --resume ${assignment.runId}` },
  );

/**
 * The cells that an assignment gives to a pair, in the order of the plan.
 *
 * @throws BenchError where it is of another run or plan, or leaves the pair out.
 */
export const assignedCells = (
  assignment: Assignment,
  { runId, pair, plan }: { readonly runId: string; readonly pair: number; readonly plan: Plan },
): readonly Cell[] => {
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
  const planned = new Set(plan.cells.map(({ id }) => id));
  const foreign = ids.find((id) => !planned.has(id));
  if (foreign !== undefined) throw refuse(assignment, `it names "${foreign}", no cell of the plan`);
  const own = new Set(ids);
  return plan.cells.filter(({ id }) => own.has(id));
};
