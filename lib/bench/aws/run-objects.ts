import { runKeys } from '../../aws/contract/run-keys.ts';
import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { planRequestSchema } from '../plan/plan-request.ts';
import { damaged, schemaProblem } from '../results/check-content.ts';
import { takeRecords } from '../results/results-file.ts';
import type { RunStatus } from '../results/run-folder.ts';
import type { Aws } from './clients.ts';
import { deleteObjects, listFolders, readJson, readText } from './s3-objects.ts';
import { REQUEST_FORMAT, type RunRequest } from './run-request.ts';

/** A run in the results bucket: its request and the status of each pair, without results. */
export interface RunObjects {
  readonly runId: string;
  /** Undefined if the run was started by hand, or by another version. */
  readonly request: RunRequest | undefined;
  /** By the pair's number. */
  readonly statuses: ReadonlyMap<number, RunStatus>;
}

/** Lists the ids of all runs in the bucket. */
export const listRunIds = (aws: Aws, bucket: string): Promise<readonly string[]> =>
  listFolders(aws, bucket, runKeys.runs);

/** Lists the numbers of the pairs that wrote anything of a run. */
export const listRunPairs = async (
  aws: Aws,
  bucket: string,
  runId: string,
): Promise<readonly number[]> =>
  (await listFolders(aws, bucket, runKeys.run(runId)))
    .flatMap((folder) => /^pair-(\d+)$/.exec(folder)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);

/**
 * Reads the request of a run; undefined if it was started by hand.
 *
 * @throws BenchError `BENCH_FORMAT` if another version wrote it; another one if it is damaged
 */
export const readRunRequest = async (
  aws: Aws,
  bucket: string,
  runId: string,
): Promise<RunRequest | undefined> => {
  const key = runKeys.request(runId);
  const request = (await readJson(aws, bucket, key)) as Partial<RunRequest> | undefined;
  if (request === undefined) return undefined;
  if (request.format === REQUEST_FORMAT) {
    const problem = schemaProblem(planRequestSchema, request.plan);
    if (problem !== undefined) throw damaged(`s3://${bucket}/${key}`, problem);
    return request as RunRequest;
  }
  throw new BenchError(
    'BENCH_FORMAT',
    `the run ${runId} was requested by another version of serving-compare (format ${request.format}; this version reads format ${REQUEST_FORMAT})`,
    { hint: 'deploy again with the version that starts the run: npx serving-compare deploy' },
  );
};

const ifOtherVersion = (error: unknown): 'other version' => {
  if (error instanceof BenchError && error.code === 'BENCH_FORMAT') return 'other version';
  throw error;
};

/** Reads a run; undefined if the bucket holds nothing of it. */
export const readRunObjects = async (
  aws: Aws,
  bucket: string,
  runId: string,
): Promise<RunObjects | undefined> => {
  const [request, pairs] = await Promise.all([
    readRunRequest(aws, bucket, runId).catch(ifOtherVersion),
    listRunPairs(aws, bucket, runId),
  ]);
  if (request === undefined && pairs.length === 0) return undefined;
  const statuses = (await Promise.all(
    pairs.map((pair) => readJson(aws, bucket, runKeys.status(runId, pair))),
  )) as readonly (RunStatus | undefined)[];
  const known = statuses.filter((status) => status !== undefined);
  return {
    runId,
    request: request === 'other version' ? undefined : request,
    statuses: new Map(known.map((status) => [status.pair, status])),
  };
};

/**
 * Reads a run that must exist.
 *
 * @throws BenchError that lists the runs in the bucket, if it does not.
 */
export const findRun = async (aws: Aws, bucket: string, runId: string): Promise<RunObjects> => {
  const run = await readRunObjects(aws, bucket, runId);
  if (run !== undefined) return run;
  const ids = await listRunIds(aws, bucket);
  throw new BenchError('BENCH_NO_RUN', `there is no run ${runId} in the bucket`, {
    hint: ids.length === 0 ? 'the bucket holds no runs' : `there are ${ids.join(', ')}`,
  });
};

/** Deletes the statuses of a run before it is resumed, so that an old status is not taken for a new one. */
export const deleteStatuses = async (aws: Aws, bucket: string, runId: string): Promise<void> => {
  const pairs = await listRunPairs(aws, bucket, runId);
  await deleteObjects(
    aws,
    bucket,
    pairs.map((pair) => runKeys.status(runId, pair)),
  );
};

/** Reads all records that the given pairs of a run wrote. */
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

/** Reads the plan of a run from the first pair that wrote one; undefined if none did. */
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
