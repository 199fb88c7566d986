import { runKeys } from '../../deployment/run-keys.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { parseRecords } from '../results/record-lines.ts';
import type { Aws } from './clients.ts';
import { readJson, readText } from './objects.ts';

/** All records that some pairs of a run wrote to the bucket. */
export const readRecords = async (
  aws: Aws,
  bucket: string,
  runId: string,
  pairs: readonly number[],
): Promise<readonly ResultRecord[]> => {
  const records = await Promise.all(
    pairs.map(async (pair) => {
      const key = runKeys.results(runId, pair);
      const text = (await readText(aws, bucket, key)) ?? '';
      return parseRecords(Buffer.from(text), `s3://${bucket}/${key}`);
    }),
  );
  return records.flat();
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
