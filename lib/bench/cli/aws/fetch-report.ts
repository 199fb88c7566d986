import { join } from 'node:path';
import type { Aws } from '../../aws/clients.ts';
import type { Deployment } from '../../aws/find-deployment.ts';
import type { DownloadSummary } from '../../aws/download-prefix.ts';
import { fetchRun, type FetchedRun } from '../../aws/fetch-run.ts';
import { deleteObjects } from '../../aws/s3-objects.ts';
import { BenchError } from '../../model/errors.ts';
import { createLiveLine } from '../../progress/live-line.ts';
import { writeReport } from '../../report/write-report.ts';
import type { CommandContext } from '../command.ts';
import { printResult, type PrintOptions } from '../run-result.ts';

type FetchContext = Pick<CommandContext, 'console' | 'signal'>;

/** The bucket to fetch a run from. */
export interface FetchSite {
  readonly aws: Aws;
  readonly deployment: Pick<Deployment, 'bucket'>;
}

/** The folder for the files of a fetched run. */
export const fetchedFolder = (runId: string, output: string | undefined): string =>
  output ?? join('results', runId);

/** Downloads a run and shows progress. */
export const fetchWithProgress = async (
  { aws, deployment }: FetchSite,
  runId: string,
  folder: string,
  { console, signal }: FetchContext,
): Promise<FetchedRun> => {
  const live = console.errTerminal && createLiveLine(console.errTerminal);
  const onProgress = (done: number, total: number): void =>
    live?.show(`fetching ${runId}: ${done} of ${total} files`);
  try {
    return await fetchRun(aws, deployment.bucket, runId, folder, { signal, onProgress });
  } finally {
    live?.clear();
  }
};

/** A line about a fetched run. */
export const fetchedText = (
  runId: string,
  folder: string,
  { keys, downloaded, bytes }: DownloadSummary,
): string =>
  `${runId}: ${keys.length} files are in ${folder}, ${downloaded} of them downloaded now (${(bytes / 1e6).toFixed(1)} MB)`;

/**
 * Fetches a run, writes its report and prints its answer, like a run on this machine. With `delete`, it then deletes the fetched
 * objects from the bucket.
 *
 * @returns the exit code
 * @throws BenchError if no measurement is finished, unless the run is to be deleted.
 */
export const fetchAndReport = async (
  site: FetchSite,
  request: PrintOptions & {
    readonly runId: string;
    readonly folder: string | undefined;
    readonly delete?: boolean;
  },
  context: FetchContext,
): Promise<number> => {
  const { console } = context;
  const { runId } = request;
  const folder = fetchedFolder(runId, request.folder);
  const { hasResults, ...fetched } = await fetchWithProgress(site, runId, folder, context);
  console.err(`${fetchedText(runId, folder, fetched)}\n`);
  if (!hasResults && request.delete !== true) {
    throw new BenchError('BENCH_NO_RESULTS', `no pair of ${runId} has finished a measurement`, {
      hint: `see its progress: npx serving-compare status ${runId}; or the logs of its nodes: npx serving-compare logs ${runId}`,
    });
  }
  const options = { ...request, withStatement: true };
  const exitCode = hasResults
    ? await printResult(await writeReport(folder), folder, console, options)
    : 1;
  if (request.delete === true) {
    await deleteObjects(site.aws, site.deployment.bucket, fetched.keys);
    console.err(`${runId} is deleted from the bucket\n`);
  }
  return exitCode;
};
