import { runKeys } from '../../deployment/run-keys.ts';
import { BenchError } from '../errors.ts';
import type { Assignment } from '../plan/assignment.ts';
import type { Plan } from '../plan/plan.ts';
import { assignByRule } from '../plan/read-assignment.ts';
import type { ResultsBucket } from './results-bucket.ts';

const parse = (body: Buffer, key: string): Assignment => {
  try {
    const value = JSON.parse(body.toString('utf8')) as Partial<Assignment> | null;
    if (value?.schema === 1 && value.cells !== undefined) return value as Assignment;
  } catch {
    // Said below.
  }
  throw new BenchError('BENCH_ASSIGNMENT', `${key} in the bucket is no assignment`, {
    hint: 'it was changed or is of another version; make a new one with npx serving-compare run --on aws --resume',
  });
};

/**
 * The assignment by which a plan is shared: the one of that number in the bucket, or, for 0, the one that the rule gives.
 *
 * @throws BenchError where it is not there.
 */
export const findAssignment = async (
  request: {
    readonly runId: string;
    readonly pairs: readonly number[];
    readonly assignment: number;
  },
  plan: Plan,
  bucket: Pick<ResultsBucket, 'get' | 'list'>,
): Promise<Assignment> => {
  const { runId, pairs, assignment } = request;
  if (assignment === 0) return assignByRule(runId, plan, pairs);
  const key = runKeys.assignment(runId, assignment);
  // Listed first, as in the restoration of a run.
  const body = (await bucket.list(key)).has(key) ? await bucket.get(key) : undefined;
  if (body !== undefined) return parse(body, key);
  throw new BenchError(
    'BENCH_ASSIGNMENT',
    `the run ${runId} has no assignment ${assignment} (${key})`,
    { hint: `make one: npx serving-compare run --on aws --resume ${runId}` },
  );
};
