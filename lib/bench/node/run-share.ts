import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documents } from '../../deployment/documents/index.ts';
import { runScript } from '../../node/system/run.ts';
import { messageOf } from '../model/errors.ts';
import { receiveModel } from '../aws/run-model.ts';
import { runFilesIn } from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { PreparedRun } from '../run/prepare.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { runPlan } from '../run/run-plan.ts';
import { modelFolderOf } from '../run/tensor-inputs.ts';
import { statementOf } from '../wording/statement.ts';
import type { NodeRun, NodeRunContext, NodeRunResult } from './node-run.ts';
import { assertSameModel } from './prepared-entries.ts';
import { assertSamePlan, prepareOnNode, shareOf, shareText } from './prepare-share.ts';
import { createServingCommands, type ServingCommands } from './serving-commands.ts';
import { createStatusFile } from './status-file.ts';
import { createUpload, restoreRun } from './upload.ts';

/** For what the bucket did not take before; each call of AWS is tried again for a minute. */
const LAST_UPLOAD_MS = 180_000;
/** A node that goes away has no time. */
const HURRIED_UPLOAD_MS = 5000;
const STATUS_MS = 2000;

/**
 * Ends the serving node, and puts the logs of both nodes into the bucket. What fails is told: a serving node that takes no
 * command ends at its deadline.
 */
const endServingNode = async (
  RunId: string,
  { tell, signal }: NodeRunContext,
  commands: ServingCommands,
): Promise<void> => {
  const attempt = async (failed: string, work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => {
      signal.throwIfAborted();
      tell(`${failed}: ${messageOf(error)}`);
    });
  };
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

/** Runs the share in a folder that nobody else writes to. */
const runLocked = async (run: NodeRun, context: NodeRunContext): Promise<NodeRunResult> => {
  const { node, aws, tell, signal } = context;
  const { runId, folder } = run;
  const place = { folder, bucket: node.bucket, runId, pair: node.pair };
  const isBegun = existsSync(runFilesIn(folder).plan) || (await restoreRun(aws, place));
  const upload = createUpload(aws, place, tell);
  const status = createStatusFile(place, upload.start);
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
    const isIncomplete = state === 'completed' && notUploaded !== undefined;
    // Stopped while it waited for the bucket: no run that is over, since a next start puts the rest.
    if (isIncomplete) signal.throwIfAborted();
    // Before the last word, behind which nobody waits for anything more.
    else if (state === 'completed' && run.endsNodes) await endServingNode(runId, context, commands);
    if (isIncomplete)
      status.end('failed', `${notUploaded}; the node keeps everything in ${folder}`);
    else status.end(state, message);
    await upload.finish(STATUS_MS);
    return { status: status.current(), notUploaded, failedChecks };
  };

  let prepared: PreparedRun | undefined;
  try {
    const own = { ...context, emit };
    const { prepared: containers } =
      node.runtime === 'container' ? await commands.run('InspectServing', {}, signal) : {};
    if (run.modelSums !== undefined) {
      await receiveModel(aws, place, modelFolderOf(folder), run.modelSums, signal);
    }
    prepared = await prepareOnNode(run, own, isBegun, containers);
    if (containers !== undefined) assertSameModel(containers, prepared.plan);
    upload.start();
    const { plan, folder: _, release: __, ...inputs } = prepared;
    await assertSamePlan(aws, place, plan);
    const share = shareOf(run, plan, own, commands);
    tell(statementOf(plan));
    tell(shareText(share, plan));
    await runPlan({ folder, plan, ...inputs, emit, signal, share });
    return await end('completed');
  } catch (error) {
    // `cancel-run.sh` leaves this file before it stops the runner.
    const interrupted = existsSync(join(folder, 'cancelled')) ? 'cancelled' : 'interrupted';
    await end(signal.aborted ? interrupted : 'failed', messageOf(error));
    throw error;
  } finally {
    await prepared?.release();
  }
};

/**
 * Runs this pair's share of a plan, from the first unfinished measurement on, and keeps the bucket like the run folder.
 *
 * @throws BenchError where it cannot go on, was interrupted, or another process runs it already. But for the last, the
 * status says so by then.
 */
export const runShare = async (run: NodeRun, context: NodeRunContext): Promise<NodeRunResult> => {
  await mkdir(run.folder, { recursive: true });
  // Before anything is written: the status of another runner must stay its own.
  const unlock = await lockRunFolder(runFilesIn(run.folder).runnerLock);
  try {
    const result = await runLocked(run, context);
    // `run-ended.sh` then ends this node.
    if (run.endsNodes && result.status.state === 'completed') {
      await writeFile(join(run.folder, 'end-node'), '');
    }
    return result;
  } finally {
    await unlock();
  }
};
