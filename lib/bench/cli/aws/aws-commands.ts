import { command } from '../command.ts';
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

/** Reads the parameters of the SSM document `RunPlan`, which `run-plan.sh` puts into the environment. Empty ones count as absent. */
const runPlanArguments = ({
  SC_RUN_PAIRS: pairs = '',
  SC_RUN_OPTIONS: rest = '',
}: NodeJS.ProcessEnv): readonly string[] => [
  ...(pairs === '' ? [] : ['--pairs', pairs]),
  ...rest.split(' ').filter((word) => word !== ''),
];

/** The commands for a deployment and those that its nodes call, in the order of `--help`. */
export const awsCommands = {
  deploy: command({
    summary: 'runs "cdk deploy --all"; tries other zones if one has no capacity',
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
    summary: 'checks account, quotas, AMIs and nodes, and says how to fix failures',
    list: 'on AWS',
    description:
      'Checks what a deployment needs: credentials, region, bootstrap, quotas, zones, AMIs, and, once it is deployed, its nodes and their agents. Each failure comes with the command that fixes it.',
    options: awsOptions,
    examples: ['npx serving-compare doctor'],
    exitCodes: '0 all checks passed; 1 a check failed; 2 could not run; 130 interrupted',
    load: async () => (await import('./doctor-command.ts')).doctorCommand,
  }),
  status: command({
    summary: 'shows the progress of runs',
    list: 'on AWS',
    description:
      'Shows the progress of the runs on AWS, or of one run and its pairs: measurements done and left, elapsed and remaining time, what each pair measures now, and lost pairs.',
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
    summary: 'keeps the nodes running longer',
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
    exitCodes: 'the codes of "npx serving-compare run"; with --all, 0 if everything was downloaded',
    load: async () => (await import('./fetch-command.ts')).fetchCommand,
  }),
  leftovers: command({
    summary: 'checks that nothing is left after "cdk destroy"',
    list: 'on AWS',
    description:
      'Checks that nothing is left of a deployment and lists leftovers: its stacks, and the instances and volumes with its tags. Deletes nothing; each line has the command that does. Things that cost nothing, such as roles and documents, are not listed.',
    options: awsOptions,
    examples: ['npx cdk destroy --all && npx serving-compare leftovers'],
    exitCodes: '0 nothing is left; 1 something is; 2 could not run; 130 interrupted',
    load: async () => (await import('./leftovers-command.ts')).leftoversCommand,
  }),
  'node-run': command({
    summary: "runs a node pair's share of a plan",
    description: `Runs this node pair's share of a plan, with the serving node driven through SSM. On a middleware node the unit serving-compare-run@ID.service calls it; from elsewhere a run is started with "npx serving-compare run --on aws".

The variables SC_RUN_PAIRS and SC_RUN_OPTIONS may hold the same options; the command line wins. Without options of a plan, the request of the run in the bucket decides, if there is one. Without --seed, the seed is derived from the run id, so that all pairs have the same. The default load generator is k6 if the node has it.`,
    options: nodeRunOptions,
    fromEnvironment: runPlanArguments,
    examples: [
      'npx serving-compare node-run --run-id study --profile replicate-2021 --pairs 1,2,3',
    ],
    exitCodes:
      '0 done; 1 done, but measurements failed, a target answered wrongly, or files did not reach the bucket; 2 could not run; 130 cancelled or interrupted',
    load: async () => (await import('./node-commands.ts')).nodeRunCommand,
  }),
  'node-smoke': command({
    summary: 'tries each container of a serving node once',
    description: 'Tries each container of a serving node once. The bootstrap of the node calls it.',
    options: {},
    load: async () => (await import('./node-commands.ts')).nodeSmokeCommand,
  }),
  'node-disturb': command({
    summary: 'kills or pauses a process of the serving of a serving node',
    description:
      'Kills or pauses the busiest process of the serving of a serving node. The document DisturbServing calls it.',
    options: {},
    load: async () => (await import('./node-commands.ts')).nodeDisturbCommand,
  }),
} as const;
