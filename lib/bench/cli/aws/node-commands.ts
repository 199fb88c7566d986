import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from '../../../../serving-configs/options/command.ts';
import { nodePaths } from '../../../aws/contract/node-paths.ts';
import { createAws } from '../../aws/clients.ts';
import { messageOf, BenchError } from '../../model/errors.ts';
import { isProcessFault } from '../../model/fault.ts';
import { disturbServing } from '../../on-node/disturb-serving.ts';
import { readNodeSettings } from '../../on-node/node-settings.ts';
import { runShare, type NodeRunResult } from '../../on-node/run-share.ts';
import { smokeTest } from '../../on-node/smoke-test.ts';
import { showProgress } from '../../progress/show-progress.ts';
import { defaultModel } from '../../run/project-files.ts';
import { readOwnModel } from '../../user-model/read-user-model.ts';
import { usageError, type Command, type Console } from '../command.ts';
import { INTERRUPTED_EXIT_CODE } from '../interrupts.ts';
import { askedPlan } from '../plan-request.ts';
import type { nodeRunOptions } from './aws-options.ts';

// Commands that scripts on the nodes call, not people.

const printEnd = (
  { status, notUploaded, failedChecks }: NodeRunResult,
  folder: string,
  { out, err }: Console,
): 0 | 1 => {
  const { completed, failed, total } = status.measurements;
  out(`${completed} of ${total} measurements completed, ${failed} failed\n`);
  if (notUploaded !== undefined) {
    err(`error: ${notUploaded}\nhint:  start the run again to upload it, or copy ${folder}\n`);
  }
  return failed > 0 || notUploaded !== undefined || failedChecks > 0 ? 1 : 0;
};

/** Runs this node pair's share of a plan. A systemd unit of the middleware node calls it. */
export const nodeRunCommand: Command<typeof nodeRunOptions> = async (
  values,
  { console, signal },
) => {
  const node = readNodeSettings(process.env);
  const { 'run-id': runId } = values;
  const folder = values.output ?? join(nodePaths.runs, runId);
  const run = {
    runId,
    folder,
    pairs: values.pairs ?? [node.pair],
    asked: askedPlan(values, await readOwnModel(defaultModel)),
    endsNodes: process.env['SC_RUN_END_NODES'] === 'true',
  };
  const tell = (line: string): void => console.err(`${line}\n`);
  const progress = showProgress(console.err, undefined);
  const aws = createAws(node.region);
  try {
    const result = await runShare(run, { node, aws, emit: progress.emit, tell, signal });
    return printEnd(result, folder, console);
  } catch (error) {
    if (!signal.aborted) throw error;
    tell(`${messageOf(error)}; all finished measurements are kept in ${folder} and in the bucket`);
    return INTERRUPTED_EXIT_CODE;
  } finally {
    aws.close();
  }
};

/** Tries each container once, as the last step of a serving node's bootstrap. */
export const nodeSmokeCommand: Command<Options> = async (_, { console, signal }) => {
  const { SC_ADDRESS = '', SC_SERVINGS = '' } = process.env;
  const unavailable = await smokeTest(SC_ADDRESS, (line) => console.out(`${line}\n`), signal);
  if (unavailable.length === SC_SERVINGS.split(',').length) {
    throw new BenchError('BENCH_NOT_RUNNABLE', 'no serving of this node is available', {
      hint: 'see the lines above',
    });
  }
  await writeFile(nodePaths.unavailable, unavailable.join(','));
  return 0;
};

/** Injects a fault into the processes of a serving. `disturb-serving.sh` calls it on the serving node. */
export const nodeDisturbCommand: Command<Options> = async (_, { console, signal }) => {
  const { FAULT = '', AT_MS, FOR_MS, ENGINE, SC_RUNTIME } = process.env;
  if (!isProcessFault(FAULT)) {
    throw usageError(
      'this command runs only on a serving node',
      'the SSM document DisturbServing calls it there',
    );
  }
  const isContainer = SC_RUNTIME === 'container' && ENGINE === 'onnx';
  const times = { atMs: Number(AT_MS), forMs: Number(FOR_MS) };
  const injected = await disturbServing(FAULT, times, isContainer, signal);
  console.out(`${JSON.stringify(injected)}\n`);
  return 0;
};
