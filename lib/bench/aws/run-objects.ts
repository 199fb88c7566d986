import { runKeys } from '../../deployment/run-keys.ts';
import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { takeRecords } from '../results/record-lines.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { Aws } from './clients.ts';
import { deleteObjects, listFolders, readJson, readText } from './objects.ts';
import type { RunRequest } from './run-request.ts';

/** What the results bucket says of a run without its results. */
export interface RunObjects {
  readonly runId: string;
  /** Undefined where it was started without this command line tool. */
  readonly request: RunRequest | undefined;
  /** By number of the pair. */
  readonly statuses: ReadonlyMap<number, RunStatus>;
}

/** Ids of all runs in the bucket. */
export const listRunIds = (aws: Aws, bucket: string): Promise<readonly string[]> =>
  listFolders(aws, bucket, runKeys.runs);

/** Numbers of the pairs that wrote something of a run. */
export const listRunPairs = async (
  aws: Aws,
  bucket: string,
  runId: string,
): Promise<readonly number[]> =>
  (await listFolders(aws, bucket, runKeys.run(runId)))
    .flatMap((folder) => /^pair-(\d+)$/.exec(folder)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);

/** Reads what the bucket says of a run; undefined where it holds nothing of it. */
export const readRunObjects = async (
  aws: Aws,
  bucket: string,
  runId: string,
): Promise<RunObjects | undefined> => {
  const [request, pairs] = await Promise.all([
    readJson(aws, bucket, runKeys.request(runId)) as Promise<RunRequest | undefined>,
    listRunPairs(aws, bucket, runId),
  ]);
  if (request === undefined && pairs.length === 0) return undefined;
  const statuses = (await Promise.all(
    pairs.map((pair) => readJson(aws, bucket, runKeys.status(runId, pair))),
  )) as readonly (RunStatus | undefined)[];
  const known = statuses.filter((status) => status !== undefined);
  return { runId, request, statuses: new Map(known.map((status) => [status.pair, status])) };
};

/**
 * As {@link readRunObjects}, of a run that must be there.
 *
 * @throws BenchError that names those which are.
 */
export const assertRun = async (aws: Aws, bucket: string, runId: string): Promise<RunObjects> => {
  const run = await readRunObjects(aws, bucket, runId);
  if (run !== undefined) return run;
  const known = await listRunIds(aws, bucket);
  throw new BenchError('BENCH_NO_RUN', `there is no run ${runId} in the bucket`, {
    hint: known.length === 0 ? 'the bucket holds no runs' : `there are ${known.join(', ')}`,
  });
};

/** Before a resume: what pairs said of themselves must not be taken for a word of what they do next. */
export const forgetStatuses = async (aws: Aws, bucket: string, runId: string): Promise<void> => {
  const pairs = await listRunPairs(aws, bucket, runId);
  await deleteObjects(
    aws,
    bucket,
    pairs.map((pair) => runKeys.status(runId, pair)),
  );
};

/** All records that some pairs of a run wrote to the bucket. */
export const readRecords = async (
  aws: Aws,
  bucket: string,
  runId: string,
  pairs: readonly number[],
): Promise<readonly ResultRecord[]> => {
  const all = await Promise.all(
    pairs.map(async (pair) => {
      const key = runKeys.results(runId, pair);
      const content = Buffer.from((await readText(aws, bucket, key)) ?? '');
      const records: ResultRecord[] = [];
      await takeRecords([content], `s3://${bucket}/${key}`, (record) => records.push(record));
      return records;
    }),
  );
  return all.flat();
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
