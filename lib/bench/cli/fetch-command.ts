import { join } from 'node:path';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { runKeys } from '../../deployment/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { deleteFetched, demandEnded } from '../aws/delete-fetched.ts';
import type { Deployment } from '../aws/deployment.ts';
import type { FetchedRun } from '../aws/fetch-run.ts';
import { readProgress } from '../aws/follow-run.ts';
import { deleteObjects, listObjects } from '../aws/objects.ts';
import { listRunIds, readRunObjects } from '../aws/run-objects.ts';
import { BenchError } from '../model/errors.ts';
import { writeReport } from '../report/write-report.ts';
import { noSuchRun, withRemains } from './aws-context.ts';
import { jsonText, usageError, type Command, type CommandContext } from './command.ts';
import { fetchAndReport, fetchedFolder, fetchedText, fetchWithProgress } from './fetch-report.ts';
import type { fetchOptions } from './aws-options.ts';

type Values = ValuesOf<typeof fetchOptions>;

interface Site {
  readonly aws: Aws;
  readonly deployment: Deployment;
}

/** @throws BenchError if a pair still works on one of the runs. */
const demandDeletable = async (
  { aws, deployment }: Site,
  ids: readonly string[],
  values: Values,
): Promise<void> => {
  if (!values.delete || values.force) return;
  demandEnded(await Promise.all(ids.map((id) => readProgress(aws, deployment, id))));
};

const deleteRun = async (
  { aws, deployment: { bucket } }: Site,
  runId: string,
  fetched: FetchedRun,
): Promise<void> => {
  const prefix = runKeys.run(runId);
  const stay = await deleteFetched(aws, { bucket, prefix }, fetched.objects);
  const [first] = stay;
  if (first === undefined) return;
  throw new BenchError(
    'BENCH_NEW_OBJECTS',
    `${stay.length} objects of ${runId} came while it was fetched and stay in the bucket, the first is ${first}`,
    { hint: `fetch them, too: npx serving-compare fetch ${runId} --delete` },
  );
};

/** Every run of the bucket, each with its report. */
const fetchAll = async (site: Site, values: Values, context: CommandContext): Promise<number> => {
  const { console } = context;
  const { aws, deployment } = site;
  const ids = await listRunIds(aws, deployment.bucket);
  await demandDeletable(site, ids, values);
  const runs = [];
  for (const runId of ids) {
    const folder = join(values.output ?? 'results', runId);
    const fetched = await fetchWithProgress(site, runId, folder, context);
    console.err(`${fetchedText(runId, folder, fetched)}\n`);
    if (fetched.hasResults) await writeReport(folder);
    else console.err(`${runId}: no pair has finished a measurement, so there is no report\n`);
    if (values.delete) await deleteRun(site, runId, fetched);
    runs.push({ runId, folder, files: fetched.objects.size, hasResults: fetched.hasResults });
  }
  let deleted = 0;
  if (values.delete) {
    // What the tool noted for itself: nothing that a result needs.
    const rest = await listObjects(aws, deployment.bucket, '');
    await deleteObjects(
      aws,
      deployment.bucket,
      rest.map(({ key }) => key),
    );
    deleted = rest.length;
    console.err(
      `the bucket ${deployment.bucket} is empty; "npx cdk destroy --all" can delete it\n`,
    );
  }
  if (values.json) console.out(jsonText({ runs, bucket: deployment.bucket, deleted }));
  else if (ids.length === 0) console.err('there are no runs in the bucket\n');
  return 0;
};

const fetchOne = async (
  site: Site,
  runId: string,
  values: Values,
  context: CommandContext,
): Promise<number> => {
  const { aws, deployment } = site;
  if ((await readRunObjects(aws, deployment.bucket, runId)) === undefined) {
    throw noSuchRun(runId, await listRunIds(aws, deployment.bucket));
  }
  await demandDeletable(site, [runId], values);
  const folder = fetchedFolder(runId, values.output);
  let exitCode = 1;
  try {
    exitCode = await fetchAndReport(site, { runId, folder, json: values.json }, context);
  } catch (error) {
    // A run without results can be deleted, too.
    const isEmpty = error instanceof BenchError && error.code === 'BENCH_NO_RESULTS';
    if (!isEmpty || !values.delete) throw error;
    context.console.err(`${error.message}\n`);
  }
  if (values.delete) {
    const fetched = await fetchWithProgress(site, runId, folder, context);
    await deleteRun(site, runId, fetched);
    context.console.err(`${runId} is deleted from the bucket\n`);
  }
  return exitCode;
};

/** Downloads, verifies and joins results, writes reports, and deletes results from the bucket on request. */
export const fetchCommand: Command<typeof fetchOptions> = async (values, context) => {
  const { run: runId } = values;
  if ((runId === undefined) !== values.all) {
    throw usageError(
      '"serving-compare fetch" needs a run, or --all, and not both',
      '"npx serving-compare status" lists the runs',
    );
  }
  return withRemains(values.config, ({ aws, deployment }) =>
    runId === undefined
      ? fetchAll({ aws, deployment }, values, context)
      : fetchOne({ aws, deployment }, runId, values, context),
  );
};
