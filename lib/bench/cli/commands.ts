import { servingNames } from '../../../serving-configs/index.ts';
import type { CommandLine, Options } from '../../../serving-configs/options/command.ts';
import { inColumns } from '../../../serving-configs/options/help.ts';
import { PROFILE_NAMES } from '../model/plan-options.ts';
import { profiles } from '../plan/profiles.ts';
import type { Command } from './command.ts';
import {
  awsOptions,
  cancelOptions,
  deployOptions,
  extendOptions,
  fetchOptions,
  logsOptions,
  nodeRunOptions,
  statusOptions,
} from './aws-options.ts';
import {
  commonOptions,
  planCommandOptions,
  reportOptions,
  runOptions,
  serveOptions,
  setupOptions,
} from './options.ts';

/** A command of `serving-compare` and its line in the list of commands. */
interface CommandEntry<Of extends Options> extends Omit<CommandLine<Of>, 'name' | 'typed'> {
  readonly summary: string;
  /** Where the list of commands names it; absent: for programs only. */
  readonly list?: 'here' | 'on AWS';
  /** Arguments that hold unless the command line gives the same option. */
  readonly fromEnvironment?: (env: NodeJS.ProcessEnv) => readonly string[];
  /** Loaded when it is called, so that `--help` need not wait for the AWS clients. */
  readonly load: () => Promise<Command<Of>>;
}

const command = <const Of extends Options>(entry: CommandEntry<Of>): CommandEntry<Of> => entry;

/** The parameters of the document `RunPlan`, as `run-plan.sh` passes them; empty values are not given. */
const runRequest = ({
  SC_RUN_PROFILE: profile = '',
  SC_RUN_PAIRS: pairs = '',
  SC_RUN_SEED: seed = '',
  SC_RUN_OPTIONS: rest = '',
}: NodeJS.ProcessEnv): readonly string[] => [
  ...Object.entries({ profile, pairs, seed }).flatMap(([name, value]) =>
    value === '' ? [] : [`--${name}`, value],
  ),
  ...rest.split(' ').filter((word) => word !== ''),
];

const profileNotes = (columns: number): string =>
  `profiles\n${inColumns(
    PROFILE_NAMES.map((name) => [name, profiles[name].purpose]),
    columns,
  )}`;

/** Exit codes of every command that ends with a report. */
export const RUN_EXIT_CODES =
  '0 the run is VALID, and no --fail-if is true; 1 it is INVALID, for the reasons at the top of its report, or a --fail-if is true; 2 could not run; 130 interrupted';

const planHeadings = {
  profile: 'what to compare',
  levels: 'under what load',
  'noop-limits': 'what proves the test rig',
  runtime: 'with what',
} as const;
const firstOfPlan = ['profile', 'servings', 'runtime', 'model', 'levels', 'duration', 'repeats'];
const [first = '', second = ''] = servingNames;

/** All commands, in the order of the list. */
export const commands = {
  run: command({
    summary: 'measures and writes a report',
    list: 'here',
    description:
      'Measures everything in a plan and writes a report, on this machine or on AWS. A run that was cut off continues with --resume.',
    notes: profileNotes,
    options: runOptions,
    first: [...firstOfPlan, 'max-time', 'output', 'resume', 'fail-if'],
    headings: { ...planHeadings, 'max-time': 'in what time', output: 'results', on: 'on AWS' },
    examples: [
      'npx serving-compare run --levels 1-4,8 --repeats 5 --duration 10s',
      'npx serving-compare run --rates 20,40 --scenarios warm',
      'npx serving-compare run --runtime venv --servings all --protocols rest,grpc',
      "npx serving-compare run --fail-if 'p95>100ms' --ci-report results/junit.xml",
      'npx serving-compare run --resume results/study',
      'npx serving-compare run --on aws --profile published --detach',
    ],
    exitCodes: RUN_EXIT_CODES,
    load: async () => (await import('./run-command.ts')).runCommand,
  }),
  plan: command({
    summary: 'prints what a plan measures and how long it takes',
    list: 'here',
    description:
      'Prints what a plan measures, how long this takes, and how small a difference it can tell apart. Runs nothing.',
    notes: profileNotes,
    options: planCommandOptions,
    first: [...firstOfPlan, 'noise'],
    headings: planHeadings,
    examples: [
      'npx serving-compare plan --profile published',
      'npx serving-compare plan --repeats 20 --duration 15s --noise 3%',
      `npx serving-compare plan --servings ${first} --levels 1,10 --seed 7`,
    ],
    load: async () => (await import('./plan-command.ts')).planCommand,
  }),
  report: command({
    summary: 'writes the report of a run again, or compares two runs',
    list: 'here',
    description: `Writes the report of a run folder again, even if the run was cut off, and prints its answer. Files in DIR: report.html, report.md, summary.json (lib/bench/schemas/summary.schema.json), summary.csv (a line for each result), measurements.csv (a line for each measurement), targets.csv, verdicts.csv, checks.csv (a line for each result and check), slo-rates.csv (the highest rate within each bound of p99), and charts/ as SVG and PNG. results.jsonl, what was measured, is only read.

With two run folders from the same machine it compares the rate and the p95 of each target at each level (in an open loop: the median and the p95). Each is faster or slower (perhaps by less than 3 %), equal within 3 %, different by no more than X %, or too noisy to tell. It also lists which software differs between the runs. It writes comparison.md and comparison.json (comparison.schema.json). Runs on different machines, or with a different model, data set or setting, are not comparable: it says why and exits with 2.`,
    words: ['dir', 'after'],
    options: reportOptions,
    examples: [
      'npx serving-compare report results/2026-01-31T12-00-00-quick',
      'npx serving-compare report results/study --json | jq .summary.rows',
      'npx serving-compare report results/study --slo-p99 50ms,100ms',
      'npx serving-compare report results/before results/after --fail-on slower',
    ],
    exitCodes: `${RUN_EXIT_CODES}; of two runs 0, 1 by --fail-on, 2 if they are not comparable`,
    load: async () => (await import('./report-command.ts')).reportCommand,
  }),
  servings: command({
    summary: 'lists servings, protocols and payloads, and what can run here',
    list: 'here',
    description:
      'Lists the servings with their protocols, payloads and encodings; then which of them can run here with each runtime, and why not. "stand-in": a program of this project takes the place of the real server.',
    options: commonOptions,
    examples: ['npx serving-compare servings', 'npx serving-compare servings --json'],
    load: async () => (await import('./servings-command.ts')).servingsCommand,
  }),
  setup: command({
    summary: 'installs the real servers, from packages or as containers',
    list: 'here',
    description: `Installs the real servers. What is already there stays as it is, and what was cut off is done again.

venv: installs packages. docker: pulls the published images, builds the others, and builds the models in containers. If Docker has the NVIDIA runtime, these are the images for the GPU, otherwise those for the CPU. Images come from the registries in their names, or all from SERVING_COMPARE_REGISTRY=HOST/FOLDER. Models and environments are kept in .cache, or in the folder SERVING_COMPARE_CACHE.`,
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
  serve: command({
    summary: 'starts one serving and the middleware, until Ctrl-C',
    list: 'here',
    description:
      'Starts SERVING and the middleware before it, and prints a curl line that works. Ends with Ctrl-C.',
    words: ['serving'],
    options: serveOptions,
    examples: [
      `npx serving-compare serve ${first}`,
      `npx serving-compare serve ${second} --engine noop --port 0`,
      `npx serving-compare serve ${first} --runtime venv --protocol grpc`,
    ],
    exitCodes: '0 ended by Ctrl-C; 2 could not start or a process ended by itself',
    load: async () => (await import('./serve-command.ts')).serveCommand,
  }),
  deploy: command({
    summary: '"cdk deploy --all", and another zone if AWS has no capacity',
    list: 'on AWS',
    description:
      'Calls "cdk deploy --all". If AWS has no capacity for a pair, it tries the next of otherAvailabilityZones. Without availabilityZone and otherAvailabilityZones it tries the zones that offer both instance types. Prints what it costs and when it ends.',
    words: ['cdk-options'],
    options: deployOptions,
    examples: [
      'npx serving-compare deploy',
      'npx serving-compare deploy -- --require-approval never',
    ],
    exitCodes: '0 deployed; 1 not deployed; 2 could not run; 130 interrupted',
    load: async () => (await import('./deploy-command.ts')).deployCommand,
  }),
  doctor: command({
    summary: 'checks account, quotas, images and nodes, and says how to fix failures',
    list: 'on AWS',
    description:
      'Checks what a deployment needs: credentials, region, bootstrap, quotas, zones, images, and, once it is deployed, its nodes and their agents. Each failure comes with the command that fixes it.',
    options: awsOptions,
    examples: ['npx serving-compare doctor'],
    exitCodes: '0 all checks passed; 1 a check failed; 2 could not run; 130 interrupted',
    load: async () => (await import('./doctor-command.ts')).doctorCommand,
  }),
  status: command({
    summary: 'how far runs are',
    list: 'on AWS',
    description:
      'Shows how far the runs on AWS are, or one run with its pairs: measurements done and left, time so far and to go, what each pair measures now, and pairs that were lost.',
    words: ['run'],
    options: statusOptions,
    examples: [
      'npx serving-compare status',
      'npx serving-compare status 2026-01-31t12-00-00-quick --watch',
    ],
    exitCodes:
      '0 done; 1 the run is incomplete and no runner works on it; 2 could not run; 130 interrupted',
    load: async () => (await import('./status-command.ts')).statusCommand,
  }),
  logs: command({
    summary: 'collects and prints the logs of the nodes',
    list: 'on AWS',
    description:
      'Copies the logs of the nodes to the bucket and from there to results/RUN/logs, and prints their last lines.',
    words: ['run'],
    options: logsOptions,
    examples: [
      'npx serving-compare logs 2026-01-31t12-00-00-quick',
      'npx serving-compare logs 2026-01-31t12-00-00-quick --pair 2 --role serving --lines 100',
    ],
    exitCodes: '0 done; 1 a node gave no logs; 2 could not run; 130 interrupted',
    load: async () => (await import('./logs-command.ts')).logsCommand,
  }),
  cancel: command({
    summary: 'ends a run',
    list: 'on AWS',
    description:
      'Ends a run on all its pairs. Finished measurements are kept, and "npx serving-compare run --on aws --resume RUN" continues the run.',
    words: ['run'],
    options: cancelOptions,
    examples: ['npx serving-compare cancel 2026-01-31t12-00-00-quick'],
    exitCodes: '0 done; 1 a pair did not confirm it; 2 could not run; 130 interrupted',
    load: async () => (await import('./cancel-command.ts')).cancelCommand,
  }),
  extend: command({
    summary: 'keeps the nodes longer',
    list: 'on AWS',
    description: 'Moves the deadline at which the nodes of the deployment end themselves.',
    words: ['time'],
    options: extendOptions,
    examples: ['npx serving-compare extend 9h'],
    exitCodes: '0 done; 1 a node did not confirm it; 2 could not run; 130 interrupted',
    load: async () => (await import('./extend-command.ts')).extendCommand,
  }),
  fetch: command({
    summary: 'downloads results, and empties the bucket',
    list: 'on AWS',
    description:
      'Downloads the results of a run, or with --all of every run, checks every file, joins the pairs into one run folder and writes the report. Files that are already there and complete are not downloaded again. A run that is still going on can be fetched, too.',
    words: ['run'],
    options: fetchOptions,
    examples: [
      'npx serving-compare fetch 2026-01-31t12-00-00-quick',
      'npx serving-compare fetch --all --delete && npx cdk destroy --all',
    ],
    exitCodes: 'as "npx serving-compare run"; with --all 0 where everything came whole',
    load: async () => (await import('./fetch-command.ts')).fetchCommand,
  }),
  sweep: command({
    summary: 'lists what is left after "cdk destroy"',
    list: 'on AWS',
    description:
      'Lists what is left of a deployment: its stacks, its network, and everything with its tags that costs money. Deletes nothing; each line has the command that does. Roles, documents and other things that cost nothing are not listed.',
    options: awsOptions,
    examples: ['npx cdk destroy --all && npx serving-compare sweep'],
    exitCodes: '0 nothing is left; 1 something is; 2 could not run; 130 interrupted',
    load: async () => (await import('./sweep-command.ts')).sweepCommand,
  }),
  'node-run': command({
    summary: "runs a node pair's share of a plan",
    description: `Runs this node pair's share of a plan, with the serving node driven through SSM. On a middleware node the unit serving-compare-run@ID.service calls it; from elsewhere a run is started with "npx serving-compare run --on aws".

The variables SC_RUN_PROFILE, SC_RUN_PAIRS, SC_RUN_SEED and SC_RUN_OPTIONS say the same as options; options win. Without a seed it is derived from the run id, so that all pairs have the same. The default load generator is k6 if the node has it.`,
    options: nodeRunOptions,
    fromEnvironment: runRequest,
    examples: ['npx serving-compare node-run --run-id study --profile published --pairs 1,2,3'],
    exitCodes:
      '0 done; 1 done, but measurements failed, a target answered wrongly, or files did not reach the bucket; 2 could not run; 130 cancelled or interrupted',
    load: async () => (await import('./node-run-command.ts')).nodeRunCommand,
  }),
  'node-smoke': command({
    summary: 'tries each container of a serving node once',
    description: 'Tries each container of a serving node once. The bootstrap of the node calls it.',
    options: {},
    load: async () => (await import('./node-run-command.ts')).nodeSmokeCommand,
  }),
} as const;

export type CommandName = keyof typeof commands;

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** A command as it is parsed and explained. */
export const commandLineOf = <Name extends CommandName>(name: Name) => ({
  ...commands[name],
  name: `serving-compare ${name}`,
  typed: `npx serving-compare ${name}`,
});
