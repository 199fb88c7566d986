import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nodePaths } from '../../deployment/node-paths.ts';
import { createAws } from '../aws/clients.ts';
import { runIdOf } from '../aws/run-id.ts';
import { readNodeSettings } from '../node/node-settings.ts';
import type { NodeRun, NodeRunResult } from '../node/node-run.ts';
import { filesText, runShare } from '../node/run-share.ts';
import { BenchError, messageOf } from '../errors.ts';
import { showProgress } from '../progress/show-progress.ts';
import type { RunSettings } from '../plan/plan.ts';
import type { Command } from './command.ts';
import type { Console } from './console.ts';
import { INTERRUPTED_EXIT_CODE } from './interrupts.ts';
import { listOf, numberOf } from './option-values.ts';
import { planOptionSpecs, planOverridesOf } from './plan-arguments.ts';
import { demandWords, parseCommandLine, usageError } from './usage.ts';

const specs = {
  ...planOptionSpecs,
  help: { type: 'boolean', short: 'h' },
  'run-id': { type: 'string' },
  pairs: { type: 'string' },
  processes: { type: 'string' },
  output: { type: 'string' },
  'upload-timeout': { type: 'string', default: '180' },
} as const;

const MOST_PAIRS = 99;
const MOST_REPEATS = 999;
const MOST_PROCESSES_A_CORE = 16;
const MOST_UPLOAD_SECONDS = 3600;

/** How many missing files are named one by one. */
const NAMED_FILES = 5;

const option = (name: string, value = ''): readonly string[] => (value === '' ? [] : [name, value]);

/** What the document `RunPlan` was given, as `run-plan.sh` leaves it for the unit; empty values say nothing. */
const requestArguments = (env: Readonly<Record<string, string | undefined>>): readonly string[] => {
  return [
    ...option('--profile', env.SC_RUN_PROFILE),
    ...option('--pairs', env.SC_RUN_PAIRS),
    ...option('--seed', env.SC_RUN_SEED),
    ...(env.SC_RUN_OPTIONS ?? '').split(' ').filter((word) => word !== ''),
  ];
};

const numberIn = (text: string, most: number): number =>
  numberOf('pairs', text, { least: 1, most, whole: true });

/** `1,2`, or with the repeats of each `1:1+4,2:2+3`. */
const pairsOf = (text: string): NodeRun['pairs'] =>
  new Map(
    listOf('pairs', [text]).map((word) => {
      const [pair = '', repeats] = word.split(':');
      return [
        numberIn(pair, MOST_PAIRS),
        repeats?.split('+').map((repeat) => numberIn(repeat, MOST_REPEATS)),
      ];
    }),
  );

const settingsOf = (processes: string | undefined): RunSettings =>
  processes === undefined
    ? {}
    : {
        processes: numberOf('processes', processes, {
          least: 1,
          most: availableParallelism() * MOST_PROCESSES_A_CORE,
          whole: true,
        }),
      };

const printEnd = (
  { status, missing, failedChecks }: NodeRunResult,
  folder: string,
  { out, err }: Console,
): 0 | 1 => {
  const { completed, failed, total } = status.cells;
  out(`${completed} of ${total} cells are measured, ${failed} failed\n`);
  if (missing.length > 0) {
    const [first] = missing;
    err(
      `error: ${filesText(missing.length)} not in the bucket (${first?.reason ?? ''}), but here:\n`,
    );
    for (const { file, key } of missing.slice(0, NAMED_FILES)) err(`  ${file} for ${key}\n`);
    err(`hint:  start the run again to put them, or copy ${folder}\n`);
  }
  return failed > 0 || missing.length > 0 || failedChecks > 0 ? 1 : 0;
};

/** Runs this node pair's share of a plan. Called by the unit on the middleware node, not by people. */
export const nodeRunCommand: Command = async ({ args, console, signal }) => {
  const request = requestArguments(process.env);
  const { values, positionals } = parseCommandLine([...request, ...args], specs, 'node-run');
  demandWords(positionals, 0, 'node-run');
  if (values['run-id'] === undefined) {
    throw usageError('--run-id is missing', 'see "npx serving-compare node-run --help"');
  }
  const node = readNodeSettings(process.env);
  const runId = runIdOf(values['run-id']);
  const folder = values.output ?? join(nodePaths.runs, runId);
  const run = {
    runId,
    folder,
    pairs: pairsOf(values.pairs ?? String(node.pair)),
    said: planOverridesOf(values),
    settings: settingsOf(values.processes),
    uploadTimeoutMs:
      1000 *
      numberOf('upload-timeout', values['upload-timeout'], {
        least: 0,
        most: MOST_UPLOAD_SECONDS,
      }),
    endsNodes: process.env['SC_RUN_END_NODES'] === 'true',
  };
  const tell = (line: string): void => console.err(`${line}\n`);
  const progress = showProgress(console.err, undefined);
  const aws = createAws(node.region, tell);
  try {
    const result = await runShare(run, { node, aws, emit: progress.emit, tell, signal });
    return printEnd(result, folder, console);
  } catch (error) {
    const isLeaving = error instanceof BenchError && error.code === 'BENCH_SPOT_INTERRUPTION';
    if (!signal.aborted && !isLeaving) throw error;
    tell(`${messageOf(error)}; all finished cells are kept in ${folder} and in the bucket`);
    return INTERRUPTED_EXIT_CODE;
  } finally {
    aws.close();
  }
};
