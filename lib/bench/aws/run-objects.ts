import { runKeys } from '../../deployment/run-keys.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { Aws } from './clients.ts';
import { listFolders, readJson } from './objects.ts';
import type { RunRequest } from './run-request.ts';

/** What the results bucket says of a run without its results. */
export interface RunObjects {
  readonly runId: string;
  /** Undefined where it was started without this command line tool. */
  readonly request: RunRequest | undefined;
  /** By number of the pair, of those that wrote anything. */
  readonly statuses: ReadonlyMap<number, RunStatus | undefined>;
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
  const statuses = await Promise.all(
    pairs.map(async (pair) => {
      const status = await readJson(aws, bucket, runKeys.status(runId, pair));
      return [pair, status as RunStatus | undefined] as const;
    }),
  );
  return { runId, request, statuses: new Map(statuses) };
};
