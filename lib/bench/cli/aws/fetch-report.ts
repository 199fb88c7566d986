import { join } from 'node:path';
import type { DownloadSummary } from '../../aws/download-prefix.ts';
import { fetchedModel, fetchRun, type FetchedRun } from '../../aws/fetch-run.ts';
import { remainsOf } from '../../aws/find-deployment.ts';
import { readStacks } from '../../aws/read-stacks.ts';
import { findRun, listRunIds } from '../../aws/run-objects.ts';
import { deleteObjects, listObjects } from '../../aws/s3-objects.ts';
import { assertEnded } from '../../aws/assert-run-state.ts';
import { BenchError } from '../../model/errors.ts';
import { createLiveLine } from '../../progress/live-line.ts';
import { writeReport } from '../../report/write-report.ts';
import { writeTuned } from '../../run/write-tuned.ts';
import { counted } from '../../wording/format-number.ts';
import { jsonText, type CommandContext } from '../command.ts';
import { printResult, type PrintOptions } from '../run-result.ts';
import { fetchedFolder, type AwsContext, type DeploymentContext } from './aws-command.ts';

/** The deployment to fetch runs from. */
type FetchSite = Pick<DeploymentContext, 'aws' | 'deployment'>;

/** Downloads a run and shows progress. */
const fetchWithProgress = async (
  { aws, deployment }: FetchSite,
  runId: string,
  folder: string,
  { console, signal }: CommandContext,
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

/** Writes the report of a fetched run, and the configurations that a search for settings recommends. */
const reportOn = async (folder: string, { console }: CommandContext) => {
  const report = await writeReport(folder);
  const { summary } = report;
  await writeTuned(folder, summary, fetchedModel(folder, summary.plan)).catch((error: unknown) => {
    if (!(error instanceof BenchError)) throw error;
    console.err(`warning: ${folder}/tuned is incomplete: ${error.message}\n`);
  });
  return report;
};

/** A line about a fetched run. */
const fetchedText = (
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
  context: CommandContext,
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
    ? await printResult(await reportOn(folder, context), folder, console, options)
    : 1;
  if (request.delete === true) {
    await deleteObjects(site.aws, site.deployment.bucket, fetched.keys);
    console.err(`${runId} is deleted from the bucket\n`);
  }
  return exitCode;
};

/** The options of `fetch`. */
interface FetchValues {
  readonly output?: string | undefined;
  readonly delete: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** @throws BenchError if the bucket holds objects, because CloudFormation could not delete it. */
const assertEmpty = async ({ aws, deployment: { bucket } }: FetchSite): Promise<void> => {
  const objects = await listObjects(aws, bucket, '');
  const [first] = objects;
  if (first === undefined) return;
  throw new BenchError(
    'BENCH_BUCKET_NOT_EMPTY',
    `the bucket ${bucket} still has ${counted(objects.length, 'object')}, the first is ${first.key}`,
    {
      hint: `run this command again to fetch what a run wrote in the meantime, or delete objects that belong to no run: aws s3 rm --recursive s3://${bucket}`,
    },
  );
};

/** Fetches every run of the bucket, if there is one, and writes its report. */
export const fetchAll = async (
  { aws, config: { name } }: AwsContext,
  values: FetchValues,
  context: CommandContext,
): Promise<number> => {
  const { console } = context;
  const deployment = remainsOf(name, await readStacks(aws, name));
  if (deployment === undefined) {
    console.err(`there is nothing to fetch: "${name}" has no bucket in ${aws.region}\n`);
    if (values.json) console.out(jsonText({ runs: [] }));
    return 0;
  }
  const site: FetchSite = { aws, deployment };
  const ids = await listRunIds(aws, deployment.bucket);
  if (values.delete && !values.force) await assertEnded(aws, deployment, ids);
  const runs = [];
  for (const runId of ids) {
    const folder = join(values.output ?? 'results', runId);
    const fetched = await fetchWithProgress(site, runId, folder, context);
    console.err(`${fetchedText(runId, folder, fetched)}\n`);
    if (fetched.hasResults) await reportOn(folder, context);
    else console.err(`${runId}: no pair has finished a measurement, so there is no report\n`);
    if (values.delete) await deleteObjects(aws, deployment.bucket, fetched.keys);
    runs.push({ runId, folder, files: fetched.keys.length, hasResults: fetched.hasResults });
  }
  if (values.delete) {
    await assertEmpty(site);
    console.err(`the bucket ${deployment.bucket} is empty, so that it can be deleted\n`);
  }
  if (values.json) console.out(jsonText({ runs, bucket: deployment.bucket }));
  else if (ids.length === 0) console.err('there are no runs in the bucket\n');
  return 0;
};

/** Fetches a run and writes its report. */
export const fetchOne = async (
  site: FetchSite,
  runId: string,
  values: FetchValues,
  context: CommandContext,
): Promise<number> => {
  const { aws, deployment } = site;
  await findRun(aws, deployment.bucket, runId);
  if (values.delete && !values.force) await assertEnded(aws, deployment, [runId]);
  const request = { runId, folder: values.output, json: values.json, delete: values.delete };
  return fetchAndReport(site, request, context);
};
