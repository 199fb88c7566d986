import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodePaths } from '../../../aws/contract/node-paths.ts';
import { unavailableText } from '../../../aws/contract/unavailable-servings.ts';
import { createAws } from '../../aws/clients.ts';
import { messageOf, BenchError } from '../../model/errors.ts';
import { isProcessFault } from '../../model/fault.ts';
import { readNodeSettings } from '../../on-node/node-settings.ts';
import type { NodeRunResult } from '../../on-node/run-share.ts';
import { planOptions } from '../../plan/command-line.ts';
import { command, usageError, type Console } from '../command.ts';
import { INTERRUPTED_EXIT_CODE } from '../interrupts.ts';
import { output, processes, runOptions } from '../options.ts';

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

/** Reads the parameters of the SSM document `RunPlan`, which `run-plan.sh` puts into the environment. Empty ones count as absent. */
const runPlanArguments = ({
  SC_RUN_PAIRS: pairs = '',
  SC_RUN_OPTIONS: rest = '',
}: NodeJS.ProcessEnv): readonly string[] => [
  ...(pairs === '' ? [] : ['--pairs', pairs]),
  ...rest.split(' ').filter((word) => word !== ''),
];

/** Runs this node pair's share of a plan. A systemd unit of the middleware node calls it. */
export const nodeRun = command({
  description: `Runs this node pair's share of a plan, with the serving node driven through SSM. On a middleware node the unit serving-compare-run@ID.service calls it; from elsewhere a run is started with "npx serving-compare run --on aws".

The variables SC_RUN_PAIRS and SC_RUN_OPTIONS may hold the same options; the command line wins. Without options of a plan, the request of the run in the bucket decides, if there is one. Without --seed, the seed is derived from the run id, so that all pairs have the same. The default load generator is k6 if the node has it.`,
  options: {
    ...planOptions,
    'run-id': { ...runOptions['run-id'], required: true },
    pairs: {
      kind: runOptions.pairs.kind,
      description: 'pairs that share the repeats of the plan in turn',
      defaultText: 'this pair',
    },
    processes,
    output,
  },
  fromEnvironment: runPlanArguments,
  examples: ['npx serving-compare node-run --run-id study --profile replicate-2021 --pairs 1,2,3'],
  exitCodes:
    '0 done; 1 done, but measurements failed, a target answered wrongly, or files did not reach the bucket; 2 could not run; 130 cancelled or interrupted',
  run: async (values, { console, signal }) => {
    const { runShare } = await import('../../on-node/run-share.ts');
    const { showProgress } = await import('../../progress/show-progress.ts');
    const { askedPlan } = await import('../plan-request.ts');
    const { readOwnModel } = await import('../../model-file/read-model.ts');
    const node = readNodeSettings(process.env);
    const { 'run-id': runId } = values;
    const folder = values.output ?? join(nodePaths.runs, runId);
    const run = {
      runId,
      folder,
      pairs: values.pairs ?? [node.pair],
      asked: await askedPlan(values, await readOwnModel()),
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
      tell(
        `${messageOf(error)}; all finished measurements are kept in ${folder} and in the bucket`,
      );
      return INTERRUPTED_EXIT_CODE;
    } finally {
      aws.close();
    }
  },
});

/** Tries each container once, as the last step of a serving node's bootstrap. */
export const nodeSmoke = command({
  description: 'Tries each container of a serving node once. The bootstrap of the node calls it.',
  options: {},
  run: async (_, { console, signal }) => {
    const { smokeTest } = await import('../../on-node/smoke-test.ts');
    const { SC_ADDRESS = '', SC_SERVINGS = '' } = process.env;
    const unavailable = await smokeTest(SC_ADDRESS, (line) => console.out(`${line}\n`), signal);
    if (unavailable.length === SC_SERVINGS.split(',').length) {
      throw new BenchError('BENCH_NOT_RUNNABLE', 'no serving of this node is available', {
        hint: 'see the lines above',
      });
    }
    await writeFile(nodePaths.unavailable, unavailableText(unavailable));
    return 0;
  },
});

/** Injects a fault into the processes of a serving. `disturb-serving.sh` calls it on the serving node. */
export const nodeDisturb = command({
  description:
    'Kills or pauses the busiest process of the serving of a serving node. The document DisturbServing calls it.',
  options: {},
  run: async (_, { console, signal }) => {
    const { disturbServing } = await import('../../on-node/disturb-serving.ts');
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
  },
});
