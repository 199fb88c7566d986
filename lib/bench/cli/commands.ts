import type { Command } from './command.ts';
import type { CompletedCommand } from './completion-scripts.ts';

/** Commands as `--help` lists them. Each is one file, which is imported when its command is called. */
type CommandList = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<unknown> }>
>;

const here = {
  run: {
    summary: 'measures and writes a report',
    load: async () => (await import('./run.ts')).run,
  },
  plan: {
    summary: 'prints what a plan measures and how long it takes',
    load: async () => (await import('./plan.ts')).plan,
  },
  report: {
    summary: 'writes the report of a run again, or compares two runs',
    load: async () => (await import('./report.ts')).report,
  },
  runs: {
    summary: 'lists past runs, with what each found',
    load: async () => (await import('./runs.ts')).runs,
  },
  servings: {
    summary: 'lists servings, protocols and payloads, and what can run here',
    load: async () => (await import('./servings.ts')).servings,
  },
  setup: {
    summary: 'installs the real servers, from packages or as containers',
    load: async () => (await import('./setup.ts')).setup,
  },
  init: {
    summary: 'describes your ONNX model in a file',
    load: async () => (await import('./init.ts')).init,
  },
  validate: {
    summary: 'shows which servings can run your model, and why others cannot',
    load: async () => (await import('./validate.ts')).validate,
  },
  serve: {
    summary: 'starts one serving and the middleware, until Ctrl-C',
    load: async () => (await import('./serve.ts')).serve,
  },
  clean: {
    summary: 'deletes installed servers and built models',
    load: async () => (await import('./clean.ts')).clean,
  },
  completion: {
    summary: 'prints a script that completes commands and options in your shell',
    load: async (): Promise<unknown> => (await import('./completion.ts')).completionOf(loadListed),
  },
} as const satisfies CommandList;

const onAws = {
  doctor: {
    summary: 'checks account, quotas, AMIs and nodes, and says how to fix failures',
    load: async () => (await import('./aws/doctor.ts')).doctor,
  },
  study: {
    summary: 'doctor, deploy, a quick run, then the study; asks once',
    load: async () => (await import('./study.ts')).study,
  },
  finish: {
    summary: 'fetches results, destroys everything, and checks that nothing is left',
    load: async () => (await import('./aws/finish.ts')).finish,
  },
  deploy: {
    summary: 'runs "cdk deploy --all"; tries other zones if one has no capacity',
    load: async () => (await import('./aws/deploy.ts')).deploy,
  },
  status: {
    summary: 'shows the progress of runs',
    load: async () => (await import('./aws/status.ts')).status,
  },
  logs: {
    summary: 'collects and prints the logs of the nodes',
    load: async () => (await import('./aws/logs.ts')).logs,
  },
  cancel: {
    summary: 'ends a run',
    load: async () => (await import('./aws/cancel.ts')).cancel,
  },
  extend: {
    summary: 'keeps the nodes running longer',
    load: async () => (await import('./aws/extend.ts')).extend,
  },
  fetch: {
    summary: 'downloads results, and empties the bucket',
    load: async () => (await import('./aws/fetch.ts')).fetch,
  },
  leftovers: {
    summary: 'checks that nothing is left after "cdk destroy"',
    load: async () => (await import('./aws/leftovers.ts')).leftovers,
  },
} as const satisfies CommandList;

/** Only programs call them. */
const onNodes = {
  'node-run': {
    summary: "runs a node pair's share of a plan",
    load: async () => (await import('./aws/node-commands.ts')).nodeRun,
  },
  'node-smoke': {
    summary: 'tries each container of a serving node once',
    load: async () => (await import('./aws/node-commands.ts')).nodeSmoke,
  },
  'node-disturb': {
    summary: 'kills or pauses a process of the serving of a serving node',
    load: async () => (await import('./aws/node-commands.ts')).nodeDisturb,
  },
} as const satisfies CommandList;

/** The commands that people type, in the order of `--help`. */
export const commandLists = { here, 'on AWS': onAws };

const commands = { ...here, ...onAws, ...onNodes };

export type CommandName = keyof typeof commands;

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** All commands that people type, with their options. */
async function loadListed(): Promise<readonly CompletedCommand[]> {
  const listed = Object.values(commandLists).flatMap((list) => Object.entries(list));
  return Promise.all(
    listed.map(async ([name, { summary }]) => ({
      name,
      summary,
      line: await loadCommand(name as CommandName),
    })),
  );
}

/** Imports a command, and gives it its full name, as `readCommandLine` and the help take it. */
export const loadCommand = async (name: CommandName) => ({
  ...((await commands[name].load()) as Command),
  name: `serving-compare ${name}`,
  typed: `npx serving-compare ${name}`,
});
