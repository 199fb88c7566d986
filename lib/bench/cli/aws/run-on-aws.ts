import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKeys } from '../../../aws/contract/run-keys.ts';
import { isExpired } from '../../aws/aws-error.ts';
import { choosePairs } from '../../aws/choose-pairs.ts';
import { commandNodes, outcomeText, type NodeOutcome } from '../../aws/command-nodes.ts';
import { pricePerHourOf, type Deployment } from '../../aws/find-deployment.ts';
import { followRun } from '../../aws/follow-run.ts';
import { packModel, sendModel } from '../../aws/model-transfer.ts';
import { networkBounds, networkLine, readBaselines, slowestOf } from '../../aws/network-limit.ts';
import { writeJson } from '../../aws/s3-objects.ts';
import {
  prepareNewRequest,
  prepareResume,
  type PreparedRequest,
  type RunSite,
} from '../../aws/prepare-request.ts';
import type { RunEstimate } from '../../aws/run-estimate.ts';
import { deleteStatuses } from '../../aws/run-objects.ts';
import { newRunId, runPlanParameters, type RunRequest } from '../../aws/run-request.ts';
import { costText, usdText } from '../../aws/status-text.ts';
import { unavailableLines } from '../../aws/unavailable-lines.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import { planOptionNames } from '../../plan/command-line.ts';
import { prepareRequests, requestsIn, type RunRequests } from '../../run/inputs.ts';
import { measureRequests } from '../../run/request-bytes.ts';
import { showProgress } from '../../progress/show-progress.ts';
import { sum } from '../../stats/moments.ts';
import { counted, formatBytes } from '../../wording/format-number.ts';
import { jsonText, usageError, type CommandContext } from '../command.ts';
import { INTERRUPTED_EXIT_CODE, isInterrupt } from '../interrupts.ts';
import type { AnyModel } from '../../model-file/described-model.ts';
import { assertFitsModel, isDescription, readModelOption } from '../model-option.ts';
import { runIdKind, type RunValues } from '../options.ts';
import { askedPlan } from '../plan-request.ts';
import { tunedValues } from '../tuned-run.ts';
import { withDeployment } from './aws-command.ts';
import { fetchAndReport } from './fetch-report.ts';

/**
 * Reads the model that the nodes are to serve.
 *
 * @throws BenchError if nodes cannot serve it.
 */
export const readNodeModel = async (
  values: Pick<RunValues, 'model' | 'on'>,
  signal: AbortSignal,
): Promise<AnyModel> => {
  const { model } = values;
  if (model === undefined || isDescription(model)) {
    const read = await readModelOption(model, signal);
    assertFitsModel(read, values);
    return read;
  }
  throw usageError(
    `nodes build their own ResNet-50 and cannot use ${model}`,
    'set "weights" or "models" in the configuration; on AWS, --model takes only a description from "npx serving-compare init"',
  );
};

/** Warns if the network may limit a run. */
const warnOfNetwork = async (
  { aws, deployment }: RunSite,
  { request, planned }: PreparedRequest,
  { requests, answerBytes }: { readonly requests: RunRequests; readonly answerBytes?: number },
  { console, signal }: CommandContext,
): Promise<void> => {
  const pairs = choosePairs(deployment.pairs, request.pairs);
  // No warning if EC2 does not tell the bandwidth, or the user may not ask.
  const slowest = slowestOf(await readBaselines(aws, pairs).catch(() => []));
  if (slowest === undefined) return;
  try {
    const measured = await measureRequests(planned.targets, requests, signal);
    const line = networkLine(networkBounds(measured, slowest, answerBytes), slowest);
    if (line !== undefined) console.err(`warning: ${line}\n`);
  } catch (error) {
    signal.throwIfAborted();
    // The run does not need to know it.
    console.err(`warning: how much the network carries is not known: ${messageOf(error)}\n`);
  }
};

/**
 * Uploads the files of a user's model to the bucket, and warns if the network may limit the run.
 *
 * @param isDryRun whether to pack the model without uploading it
 * @returns the model's part of the request
 */
const uploadModel = async (
  site: RunSite,
  prepared: PreparedRequest,
  model: AnyModel,
  isDryRun: boolean,
  { console, signal }: CommandContext,
): Promise<RunRequest['model']> => {
  if (model.kind === 'built') {
    const requests = await prepareRequests('', model, {}, signal);
    await warnOfNetwork(site, prepared, { requests }, { console, signal });
    return { kind: 'built' };
  }
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const progress = showProgress(console.err, console.errTerminal);
  try {
    const packed = await packModel(folder, model, progress.emit, signal);
    progress.stop();
    const { files, sumsSha256, answerBytes } = packed;
    const sent = { requests: await requestsIn(folder), answerBytes };
    await warnOfNetwork(site, prepared, sent, { console, signal });
    if (!isDryRun) {
      const { runId } = prepared.request;
      const bytes = sum(files.map((file) => file.bytes));
      const size = `${counted(files.length, 'file')} with ${formatBytes(bytes)}`;
      console.err(`uploading the model: ${size}\n`);
      await sendModel(site.aws, site.deployment.bucket, runId, packed, signal);
    }
    return { kind: 'sent', sums: sumsSha256 };
  } finally {
    progress.stop();
    await rm(folder, { recursive: true });
  }
};

const tellLeftOut = ({ planned }: PreparedRequest, { console }: CommandContext): void => {
  for (const { serving, reason } of planned.leftOut ?? []) {
    console.err(`left out: ${serving}: ${reason}\n`);
  }
};

/** Prepares the rest of a run. @throws BenchError on options that a resumed run cannot have. */
const prepareRest = async (
  values: RunValues,
  site: RunSite,
  resume: string,
  context: CommandContext,
): Promise<PreparedRequest> => {
  const fixedOptions = [...planOptionNames, 'settings', 'processes', 'model'] as const;
  const extra = fixedOptions.find((name) => values[name] !== undefined);
  if (extra !== undefined) {
    throw usageError(
      `--resume cannot be combined with --${extra}`,
      'a resumed run keeps its plan; only --pairs may change',
    );
  }
  const asked = { runId: runIdKind.read(resume), pairs: values.pairs };
  const tell = (line: string): void => context.console.err(`${line}\n`);
  const prepared = await prepareResume(site, asked, tell, !values['dry-run']);
  tellLeftOut(prepared, context);
  return prepared;
};

/** Prepares a new run, and sends its model. */
const prepareNew = async (
  { values, candidates }: Awaited<ReturnType<typeof tunedValues>>,
  site: RunSite,
  model: AnyModel,
  context: CommandContext,
): Promise<PreparedRequest> => {
  const { pairs, 'dry-run': isDryRun, profile = 'quick' } = values;
  const runId = values['run-id'] ?? newRunId(new Date(), profile);
  // The configuration has done its part, and is not on the nodes.
  const asked = await askedPlan({ ...values, config: undefined }, model, candidates);
  const prepared = await prepareNewRequest(site, { runId, pairs }, asked, !isDryRun);
  tellLeftOut(prepared, context);
  const sent = await uploadModel(site, prepared, model, isDryRun, context);
  return { ...prepared, request: { ...prepared.request, model: sent } };
};

const estimateText = (
  { measurements, searches, ...estimate }: RunEstimate,
  pairs: readonly number[],
): string =>
  `${counted(measurements, 'measurement')}${searches === undefined ? '' : ` and ${counted(searches, 'search', 'searches')}`} on ${pairs.length === 1 ? 'pair' : 'pairs'} ${pairs.join(', ')}: ${costText(estimate)}`;

/** Reports each pair that did not start. @throws BenchError if none did. */
const assertStarted = (
  outcomes: readonly NodeOutcome[],
  failed: readonly NodeOutcome[],
  runId: string,
  tell: (line: string) => void,
): void => {
  if (failed.length === outcomes.length) {
    throw new BenchError(
      'BENCH_NOT_STARTED',
      `the run ${runId} did not start on any pair\n${failed.map(outcomeText).join('\n')}`,
      {
        hint: `check the nodes: npx serving-compare doctor; then continue: npx serving-compare run --on aws --resume ${runId}`,
      },
    );
  }
  for (const outcome of failed) tell(`not started: ${outcomeText(outcome)}`);
};

const detachedText = (runId: string, endsNodes: boolean): string =>
  [
    `the run continues without this terminal${endsNodes ? '; its nodes end once all results are in the bucket' : ''}`,
    `  npx serving-compare status ${runId} --watch`,
    `  npx serving-compare fetch ${runId}`,
    `  npx serving-compare cancel ${runId}`,
    '',
  ].join('\n');

const REMOVE = '  npx serving-compare finish\n';

/** Says what the nodes cost after the run, and how to remove them. */
const nodesText = ({ pairs }: Deployment, endsNodes: boolean): string => {
  if (endsNodes) {
    return `the nodes of pairs that are done or failed end themselves; to remove the rest:\n${REMOVE}`;
  }
  const usd = pricePerHourOf(pairs);
  const price = usd === undefined ? '' : ` and cost ${usdText(usd)} an hour`;
  return `the nodes keep running${price}; to remove them:\n${REMOVE}`;
};

/** Nobody watches a run with --detach, so its nodes end by default. */
const endsNodesOf = ({ detach, 'end-nodes': endsNodes = detach }: RunValues): boolean => endsNodes;

/** Follows a run until all pairs have ended, then fetches its results. */
const followAndReport = async (
  { aws, deployment }: RunSite,
  values: RunValues,
  runId: string,
  context: CommandContext,
): Promise<number> => {
  const { console, signal } = context;
  const run = await followRun(aws, deployment, runId, signal, {
    write: console.err,
    terminal: console.errTerminal,
  });
  const exitCode = await fetchAndReport(
    { aws, deployment },
    { ...values, runId, folder: values.output },
    context,
  );
  const endsNodes = endsNodesOf(values);
  console.err(nodesText(deployment, endsNodes));
  if (run.state === 'completed') return exitCode;
  console.err(
    `the run is incomplete; continue it:\n${endsNodes ? '  npx serving-compare deploy\n' : ''}  npx serving-compare run --on aws --resume ${runId}\n`,
  );
  return 1;
};

/**
 * Starts the runners on the nodes. An interrupt does not cancel this, because a runner that has started goes on without this
 * process.
 *
 * @returns the pairs that did not start
 * @throws BenchError if none did.
 */
const startRunners = async (
  { aws, deployment }: RunSite,
  request: RunRequest,
  endsNodes: boolean,
  tell: (line: string) => void,
): Promise<readonly number[]> => {
  const { runId, pairs } = request;
  const writeRequest = (notStarted: readonly number[]): Promise<void> =>
    writeJson(aws, deployment.bucket, runKeys.request(runId), { ...request, notStarted });
  const parameters = { ...runPlanParameters(request), EndNodes: String(endsNodes) };
  const { signal: never } = new AbortController();
  await writeRequest([]);
  const sending = commandNodes(aws, deployment, 'RunPlan', parameters, { pairs }, never);
  const outcomes = await sending.catch(async (error: unknown) => {
    // Otherwise the pairs would count as busy until they have been silent for a while.
    await writeRequest(pairs);
    throw error;
  });
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  const notStarted = failed.map(({ pair }) => pair);
  if (notStarted.length > 0) await writeRequest(notStarted);
  assertStarted(outcomes, failed, runId, tell);
  return notStarted;
};

/** Starts a plan on the node pairs of a deployment and follows it. The runners on the nodes do not need this process. */
export const runOnAws = async (given: RunValues, context: CommandContext): Promise<number> => {
  const { console } = context;
  const tell = (line: string): void => console.err(`${line}\n`);
  const tuned = await tunedValues(given);
  const { values } = tuned;
  const { json, resume, 'dry-run': isDryRun } = values;
  const endsNodes = endsNodesOf(values);
  // Read first, because a wrong model needs no deployment to be refused.
  const model = resume === undefined && (await readNodeModel(values, context.signal));
  return withDeployment(values.config, async ({ aws, deployment }) => {
    const site: RunSite = { aws, deployment };
    unavailableLines(choosePairs(deployment.pairs, values.pairs)).forEach(tell);
    const { request, estimate } = model
      ? await prepareNew(tuned, site, model, context)
      : await prepareRest(values, site, resume ?? '', context);
    const { runId, pairs } = request;
    if (isDryRun) {
      console.out(
        json ? jsonText({ runId, pairs, ...estimate }) : `${estimateText(estimate, pairs)}\n`,
      );
      return 0;
    }
    tell(`${runId}: ${estimateText(estimate, pairs)}`);
    if (resume !== undefined) await deleteStatuses(aws, deployment.bucket, runId);
    let isStarted = false;
    try {
      const notStarted = await startRunners(site, request, endsNodes, tell);
      isStarted = true;
      if (values.detach) {
        if (json) console.out(jsonText({ runId, pairs, notStarted, ...estimate }));
        else tell(detachedText(runId, endsNodes));
        return notStarted.length === 0 ? 0 : 1;
      }
      return await followAndReport(site, values, runId, context);
    } catch (error) {
      if (isInterrupt(error)) tell(`\n${detachedText(runId, endsNodes)}`);
      if (!isStarted || !isExpired(error)) throw error;
      tell('your AWS credentials have expired, so nothing is shown any more: log in again');
      tell(detachedText(runId, endsNodes));
      return INTERRUPTED_EXIT_CODE;
    }
  });
};
