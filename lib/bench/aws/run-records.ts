import { runKeys } from '../../deployment/run-keys.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import type { Aws } from './clients.ts';
import { mapLimited } from '../results/map-limited.ts';
import { listObjects, readJson } from './objects.ts';

const AT_ONCE = 12;

/** All records that some pairs of a run wrote to the bucket. */
export const readRecordObjects = async (
  aws: Aws,
  bucket: string,
  runId: string,
  pairs: readonly number[],
): Promise<readonly ResultRecord[]> => {
  const listed = await Promise.all(
    pairs.map((pair) => listObjects(aws, bucket, runKeys.records(runId, pair))),
  );
  return mapLimited(
    listed.flat(),
    AT_ONCE,
    ({ key }) => readJson(aws, bucket, key) as Promise<ResultRecord>,
  );
};

/** The plan of a run, from the first pair that wrote one; undefined where none did. */
export const readPlanObject = async (
  aws: Aws,
  bucket: string,
  runId: string,
  pairs: readonly number[],
): Promise<Plan | undefined> => {
  for (const pair of pairs) {
    const plan = await readJson(aws, bucket, runKeys.plan(runId, pair));
    if (plan !== undefined) return plan as Plan;
  }
  return undefined;
};
