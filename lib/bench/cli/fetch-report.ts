import { join } from 'node:path';
import type { Aws } from '../aws/clients.ts';
import type { Deployment } from '../aws/deployment.ts';
import { fetchRun, type FetchedRun } from '../aws/fetch-run.ts';
import { BenchError } from '../model/errors.ts';
import { createLiveLine } from '../progress/live-line.ts';
import { writeReport } from '../report/write-report.ts';
import type { CommandContext } from './command.ts';
import { printResult, type Asked } from './run-result.ts';

type Context = Pick<CommandContext, 'console' | 'signal'>;

/** Where a run is fetched from. */
export interface FetchSite {
  readonly aws: Aws;
  readonly deployment: Pick<Deployment, 'bucket'>;
}

export const fetchedFolder = (runId: string, output: string | undefined): string =>
  output ?? join('results', runId);

/** Downloads a run and shows progress. */
export const fetchWithProgress = async (
  { aws, deployment }: FetchSite,
  runId: string,
  folder: string,
  { console, signal }: Context,
): Promise<FetchedRun> => {
  const live = console.errTerminal && createLiveLine(console.err, console.errTerminal.width);
  const onProgress = (done: number, total: number): void =>
    live?.show(`fetching ${runId}: ${done} of ${total} files`);
  try {
    return await fetchRun(aws, deployment.bucket, runId, folder, { signal, onProgress });
  } finally {
    live?.clear();
  }
};

/** A line about a run that was fetched. */
export const fetchedText = (
  runId: string,
  folder: string,
  { objects, downloaded, bytes }: FetchedRun,
): string =>
  `${runId}: ${objects.size} files are in ${folder}, ${downloaded} of them downloaded now (${(bytes / 1e6).toFixed(1)} MB)`;

export const noResults = (runId: string): BenchError =>
  new BenchError('BENCH_NO_RESULTS', `no pair of ${runId} has finished a measurement`, {
    hint: `see how far it is: npx serving-compare status ${runId}; what the nodes say: npx serving-compare logs ${runId}`,
  });

/**
 * Fetches a run, writes its report and prints its answer, like a run on this machine.
 *
 * @throws BenchError if there is nothing to report.
 */
export const fetchAndReport = async (
  site: FetchSite,
  wanted: Asked & { readonly runId: string; readonly folder: string | undefined },
  context: Context,
): Promise<number> => {
  const { console } = context;
  const folder = fetchedFolder(wanted.runId, wanted.folder);
  const fetched = await fetchWithProgress(site, wanted.runId, folder, context);
  console.err(`${fetchedText(wanted.runId, folder, fetched)}\n`);
  if (!fetched.hasResults) throw noResults(wanted.runId);
  const report = await writeReport(folder);
  return printResult(report, folder, console, { ...wanted, withStatement: true });
};
