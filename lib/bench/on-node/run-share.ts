import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documents } from '../../aws/contract/documents/index.ts';
import { runScript } from '../../aws/node/system/run.ts';
import { messageOf } from '../model/errors.ts';
import { runFilesIn, type RunStatus } from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import type { PreparedRun } from '../run/prepare-run.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { runPlan } from '../run/run-plan.ts';
import { statementOf } from '../wording/statement.ts';
import {
  assertSamePlan,
  modelOnNode,
  prepareOnNode,
  readNodeRequest,
  shareOf,
  type NodeRun,
  type NodeRunContext,
} from './prepare-share.ts';
import { createServingCommands, type ServingCommands } from './serving-commands.ts';
import { createStatusFile } from './status-file.ts';
import { createUpload, restoreRun } from './upload.ts';

export interface NodeRunResult {
  readonly status: RunStatus;
  /** Why some results are not in the bucket; undefined if all are. */
  readonly notUploaded: string | undefined;
  /** Number of answer checks that failed. */
  readonly failedChecks: number;
}

/** Time for the last upload, which includes files that failed before; each AWS call is retried for a minute. */
const LAST_UPLOAD_MS = 180_000;
/** Time for the last upload if the runner was interrupted, perhaps because the node shuts down. */
const HURRIED_UPLOAD_MS = 5000;
/** Time for the upload of the final status. */
const STATUS_MS = 2000;

/**
 * Ends the serving node and uploads the logs of both nodes. Failures are only reported: a serving node that accepts no command
 * ends at its deadline.
 */
const endServingNode = async (
  RunId: string,
  { tell, signal }: NodeRunContext,
  commands: ServingCommands,
): Promise<void> => {
  const attempt = (failure: string, work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) => {
      signal.throwIfAborted();
      tell(`${failure}: ${messageOf(error)}`);
    });
  const limitMs = documents.CollectLogs.timeoutSeconds * 1000;
  await Promise.all([
    attempt(
      'the serving node could not be ended; it ends at its deadline',
      commands.run('EndNode', { RunId }, signal),
    ),
    attempt(
      'the logs of this node are not in the bucket',
      runScript('collect-logs.sh', { RunId }, limitMs),
    ),
  ]);
};

/** Runs this pair's share in a run folder that is locked for other processes. */
const runLocked = async (run: NodeRun, context: NodeRunContext): Promise<NodeRunResult> => {
  const { node, aws, tell, signal } = context;
  const { runId, folder } = run;
  const location = { folder, bucket: node.bucket, runId, pair: node.pair };
  const isResumed = existsSync(runFilesIn(folder).plan) || (await restoreRun(aws, location));
  const upload = createUpload(aws, location, tell);
  const status = createStatusFile(location, upload.start);
  const commands = createServingCommands(aws.ssm, node, `serving-compare ${runId}`);
  let failedChecks = 0;
  const emit: EmitRunEvent = (event) => {
    context.emit(event);
    status.note(event);
    if (event.event === 'check-end' && event.answerCheck.state === 'failed') failedChecks += 1;
    if (event.event === 'check-end') upload.start();
  };
  const end = async (state: RunStatus['state'], message?: string): Promise<NodeRunResult> => {
    const notUploaded = signal.aborted
      ? await upload.finish(HURRIED_UPLOAD_MS)
      : await upload.finish(LAST_UPLOAD_MS, signal);
    // Who cancels a run may continue it; one that was interrupted continues by itself.
    const endsNodes =
      run.endsNodes && notUploaded === undefined && (state === 'completed' || state === 'failed');
    // First, since nobody waits for anything once the status says that the run has ended.
    if (endsNodes) await endServingNode(runId, context, commands);
    if (state === 'completed' && notUploaded !== undefined) {
      // If it was interrupted while it waited for the bucket, the next start uploads the rest.
      signal.throwIfAborted();
      status.end('failed', `${notUploaded}; the node keeps everything in ${folder}`);
    } else {
      status.end(state, message);
    }
    await upload.finish(STATUS_MS);
    // `run-ended.sh` ends this node if the file exists.
    if (endsNodes) await writeFile(join(folder, 'end-node'), '');
    return { status: status.current(), notUploaded, failedChecks };
  };

  let prepared: PreparedRun | undefined;
  try {
    const shareContext = { ...context, emit };
    const { prepared: containers } =
      node.runtime === 'container' ? await commands.run('InspectServing', {}, signal) : {};
    const request = await readNodeRequest(run, context);
    const parts = { aws, location, folder, prepared: containers, signal };
    const model = await modelOnNode(request.model, parts);
    prepared = await prepareOnNode(request, model, folder, shareContext, isResumed, containers);
    model.assertServed(prepared.plan);
    upload.start();
    const { plan, folder: _, release: __, ...inputs } = prepared;
    await assertSamePlan(aws, location, plan);
    const share = shareOf(request, model, runId, plan, shareContext, commands);
    tell(statementOf(plan));
    tell(`pair ${node.pair} measures the repeats ${share.repeats.join(', ')}`);
    await runPlan({ folder, plan, ...inputs, emit, signal, share });
    return await end('completed');
  } catch (error) {
    // `cancel-run.sh` creates this file before it stops the runner.
    const interrupted = existsSync(join(folder, 'cancelled')) ? 'cancelled' : 'interrupted';
    await end(signal.aborted ? interrupted : 'failed', messageOf(error));
    throw error;
  } finally {
    await prepared?.release();
  }
};

/**
 * Runs this pair's share of a plan from the first unfinished measurement on, and mirrors the run folder in the bucket.
 *
 * @throws BenchError if it fails or is interrupted, which the status then says, too; or if another process already runs it.
 */
export const runShare = async (run: NodeRun, context: NodeRunContext): Promise<NodeRunResult> => {
  await mkdir(run.folder, { recursive: true });
  // Locked before anything is written, so that the status of another runner is not overwritten.
  const unlock = await lockRunFolder(runFilesIn(run.folder).runnerLock);
  try {
    return await runLocked(run, context);
  } finally {
    await unlock();
  }
};
