import { servingNames } from '../../../serving-configs/index.ts';
import { inColumns } from '../../../serving-configs/options/help.ts';
import { PROFILE_NAMES } from '../model/plan-options.ts';
import { profiles } from '../plan/profiles.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { awsCommands } from './aws/aws-commands.ts';
import { command } from './command.ts';
import {
  commonOptions,
  initOptions,
  planCommandOptions,
  reportOptions,
  runOptions,
  serveOptions,
  setupOptions,
  validateOptions,
} from './options.ts';

const profileNotes = (columns: number): string =>
  `profiles\n${inColumns(
    PROFILE_NAMES.map((name) => [name, profiles[name].purpose]),
    columns,
  )}`;

/** Exit codes of the commands that end with a report. */
export const RUN_EXIT_CODES =
  '0 the run is VALID, and no --fail-if is true; 1 it is INVALID, for the reasons at the top of its report, or a --fail-if is true; 2 could not run; 130 interrupted';

const planHeadings = {
  profile: 'what to compare',
  levels: 'load',
  'noop-limits': 'checks of the rig',
  runtime: 'servers and inputs',
} as const;
const firstOfPlan = ['profile', 'servings', 'runtime', 'model', 'levels', 'duration', 'repeats'];
const [first = '', second = ''] = servingNames;

/** All commands, in the order of `--help`. */
export const commands = {
  run: command({
    summary: 'measures and writes a report',
    list: 'here',
    description:
      'Measures everything in a plan and writes a report, on this machine or on AWS. A run that was cut off continues with --resume.',
    notes: profileNotes,
    options: runOptions,
    first: [...firstOfPlan, 'max-time', 'output', 'resume', 'fail-if'],
    headings: { ...planHeadings, 'max-time': 'time limit', output: 'results', on: 'on AWS' },
    examples: [
      'npx serving-compare run --levels 1-4 --repeats 12',
      'npx serving-compare run --rates 20,40 --scenarios warm --duration 10s',
      'npx serving-compare run --runtime venv --servings all --protocols rest,grpc',
      "npx serving-compare run --fail-if 'p95>100ms' --ci-report results/junit.xml",
      'npx serving-compare run --resume results/study',
      'npx serving-compare run --on aws --profile replicate-2021 --detach',
    ],
    exitCodes: RUN_EXIT_CODES,
    load: async () => (await import('./run-command.ts')).runCommand,
  }),
  plan: command({
    summary: 'prints what a plan measures and how long it takes',
    list: 'here',
    description:
      'Prints what a plan measures, how long this takes, and how small a difference it can detect. Runs nothing.',
    notes: profileNotes,
    options: planCommandOptions,
    first: [...firstOfPlan, 'noise'],
    headings: planHeadings,
    examples: [
      'npx serving-compare plan --profile replicate-2021',
      'npx serving-compare plan --repeats 20 --duration 15s --noise 3%',
      `npx serving-compare plan --servings ${first} --levels 1,10 --seed 7`,
    ],
    load: async () => (await import('./plan-command.ts')).planCommand,
  }),
  report: command({
    summary: 'writes the report of a run again, or compares two runs',
    list: 'here',
    description: `Writes the report of a run folder again, even if the run was cut off, and prints its answer. Files in DIR: report.html, report.md, summary.json (npm run docs:schemas writes its JSON Schema), summary.csv (a line for each result), measurements.csv (a line for each measurement), verdicts.csv, and charts/ as SVG. results.jsonl, what was measured, is only read.

With two run folders from the same machine it compares the rate and the p95 of each target at each level (in an open loop: the median and the p95). Each is faster or slower (perhaps by less than ${MARGIN_TEXT}), equal within ${MARGIN_TEXT}, no difference above X %, or too noisy to tell. It also lists which software differs between the runs. It writes comparison.md and comparison.json. Runs on different machines, or with a different model, data set or setting, are not comparable: it says why and exits with 2.`,
    words: ['dir', 'after'],
    options: reportOptions,
    examples: [
      'npx serving-compare report results/2026-01-31T12-00-00-quick',
      'npx serving-compare report results/study --json | jq .summary.rows',
      'npx serving-compare report results/study --slo-p99 50ms,100ms',
      'npx serving-compare report results/before results/after --fail-on slower',
    ],
    exitCodes: `${RUN_EXIT_CODES}; with two runs:; 0 compared; 1 a --fail-on applies; 2 not comparable`,
    load: async () => (await import('./report-command.ts')).reportCommand,
  }),
  servings: command({
    summary: 'lists servings, protocols and payloads, and what can run here',
    list: 'here',
    description:
      'Lists the servings with their protocols, payloads and encodings, then which of them can run here with each runtime, and why the others cannot. "stand-in": a program of this project takes the place of the real server.',
    options: commonOptions,
    examples: ['npx serving-compare servings', 'npx serving-compare servings --json'],
    load: async () => (await import('./servings-command.ts')).servingsCommand,
  }),
  setup: command({
    summary: 'installs the real servers, from packages or as containers',
    list: 'here',
    description: `Installs the real servers. What is already installed is kept; interrupted steps are repeated.

venv: installs packages. docker: pulls the official images, builds the others, and builds the models in containers. If Docker has the NVIDIA runtime, these are the images for the GPU, otherwise those for the CPU. Images come from the registries in their names, or all from SERVING_COMPARE_REGISTRY=HOST/FOLDER. Models and environments are kept in .cache, or in the folder SERVING_COMPARE_CACHE.`,
    options: setupOptions,
    examples: [
      'npx serving-compare setup',
      'npx serving-compare setup --runtime docker',
      `npx serving-compare setup --runtime docker --servings ${first} --weights random`,
    ],
    exitCodes:
      '0 done; 1 done, but a serving that was named cannot run here; 2 could not install; 130 interrupted',
    load: async () => (await import('./setup-command.ts')).setupCommand,
  }),
  init: command({
    summary: 'describes your ONNX model in a file',
    list: 'here',
    description:
      'Reads an ONNX file and writes a commented description of it, ready to run with random inputs. Asks no questions and overwrites nothing.',
    options: initOptions,
    examples: ['npx serving-compare init --model detector.onnx'],
    load: async () => (await import('./init-command.ts')).initCommand,
  }),
  validate: command({
    summary: 'shows which servings can run your model, and why others cannot',
    list: 'here',
    description:
      'Reads the description of a model and all its inputs, and computes the correct answers. Shows which servings can run it and why others cannot, what can run here, and where expected answers that came with the inputs differ. Starts no server.',
    options: validateOptions,
    examples: [
      'npx serving-compare validate',
      'npx serving-compare validate --model detector.yaml',
    ],
    exitCodes: '0 the model can run; 2 something is wrong with it; 130 interrupted',
    load: async () => (await import('./validate-command.ts')).validateCommand,
  }),
  serve: command({
    summary: 'starts one serving and the middleware, until Ctrl-C',
    list: 'here',
    description:
      'Starts SERVING with the middleware in front of it and prints a working curl command; with a model of your own also the command that measures it as a running server. Ends with Ctrl-C.',
    words: ['serving'],
    options: serveOptions,
    examples: [
      `npx serving-compare serve ${first}`,
      `npx serving-compare serve ${second} --engine noop --port 0`,
      `npx serving-compare serve ${first} --runtime venv --protocol grpc`,
      `npx serving-compare serve ${first} --runtime venv --model model.yaml`,
    ],
    exitCodes: '0 ended by Ctrl-C; 2 could not start or a process ended by itself',
    load: async () => (await import('./serve-command.ts')).serveCommand,
  }),
  ...awsCommands,
} as const;

export type CommandName = keyof typeof commands;

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** A command with its full name, as {@link readCommandLine} and the help take it. */
export const commandLineOf = <Name extends CommandName>(name: Name) => ({
  ...commands[name],
  name: `serving-compare ${name}`,
  typed: `npx serving-compare ${name}`,
});
