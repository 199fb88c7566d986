import { join } from 'node:path';
import type { ValuesOf } from '../../../../serving-configs/options/command.ts';
import type { Aws } from '../../aws/clients.ts';
import type { Deployment } from '../../aws/find-deployment.ts';
import { deleteObjects, listObjects } from '../../aws/s3-objects.ts';
import { assertEnded } from '../../aws/assert-run-state.ts';
import { findRun, listRunIds } from '../../aws/run-objects.ts';
import { BenchError } from '../../model/errors.ts';
import { writeReport } from '../../report/write-report.ts';
import { counted } from '../../wording/format-number.ts';
import { jsonText, usageError, type Command, type CommandContext } from '../command.ts';
import { withRemains } from './aws-context.ts';
import type { fetchOptions } from './aws-options.ts';
import { fetchAndReport, fetchedText, fetchWithProgress } from './fetch-report.ts';

type FetchValues = ValuesOf<typeof fetchOptions>;

interface Site {
  readonly aws: Aws;
  readonly deployment: Deployment;
}

/** @throws BenchError if the bucket holds objects, because CloudFormation could not delete it. */
const assertEmpty = async ({ aws, deployment: { bucket } }: Site): Promise<void> => {
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

/** Fetches every run of the bucket and writes its report. */
const fetchAll = async (
  site: Site,
  values: FetchValues,
  context: CommandContext,
): Promise<number> => {
  const { console } = context;
  const { aws, deployment } = site;
  const ids = await listRunIds(aws, deployment.bucket);
  if (values.delete && !values.force) await assertEnded(aws, deployment, ids);
  const runs = [];
  for (const runId of ids) {
    const folder = join(values.output ?? 'results', runId);
    const fetched = await fetchWithProgress(site, runId, folder, context);
    console.err(`${fetchedText(runId, folder, fetched)}\n`);
    if (fetched.hasResults) await writeReport(folder);
    else console.err(`${runId}: no pair has finished a measurement, so there is no report\n`);
    if (values.delete) await deleteObjects(aws, deployment.bucket, fetched.keys);
    runs.push({ runId, folder, files: fetched.keys.length, hasResults: fetched.hasResults });
  }
  if (values.delete) {
    await assertEmpty(site);
    console.err(
      `the bucket ${deployment.bucket} is empty; "npx cdk destroy --all" can delete it\n`,
    );
  }
  if (values.json) console.out(jsonText({ runs, bucket: deployment.bucket }));
  else if (ids.length === 0) console.err('there are no runs in the bucket\n');
  return 0;
};

const fetchOne = async (
  site: Site,
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

/** Downloads, verifies and joins results, writes reports, and with `--delete` deletes the results from the bucket. */
export const fetchCommand: Command<typeof fetchOptions> = async (values, context) => {
  const { run: runId } = values;
  if (runId === undefined && !values.all) {
    throw usageError(
      '"serving-compare fetch" needs RUN or --all',
      '"npx serving-compare status" lists the runs',
    );
  }
  return withRemains(values.config, ({ aws, deployment }) =>
    runId === undefined
      ? fetchAll({ aws, deployment }, values, context)
      : fetchOne({ aws, deployment }, runId, values, context),
  );
};
