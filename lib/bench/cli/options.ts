import type { Options, ValuesOf } from '../../../serving-configs/options/command.ts';
import { inColumns } from '../../../serving-configs/options/help.ts';
import {
  choice,
  file,
  type Kind,
  flag,
  folder,
  integer,
  list,
  ranges,
  text,
  usd,
} from '../../../serving-configs/options/kinds.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import { RUN_ID_PATTERN } from '../../aws/contract/run-keys.ts';
import { PROFILE_NAMES } from '../model/plan-options.ts';
import { LOCAL_RUNTIMES } from '../model/plan.ts';
import { planOptions } from '../plan/command-line.ts';
import { defaultTimeText, maxTimeKind } from '../plan/max-time.ts';
import { profiles } from '../plan/profiles.ts';
import type { NamedUrl } from '../run/servings/running-servers/given-server.ts';
import { conditionKind } from './fail-conditions.ts';

export const MAX_PAIRS = 99;

const runIdPattern = new RegExp(RUN_ID_PATTERN);

/** The id of a new run on AWS. */
const newRunIdKind = text('RUN', 'lowercase letters, digits and hyphens', runIdPattern);

/** The id of a run that was started on AWS. */
export const runIdKind = text(
  'RUN',
  'the id of a run (lowercase letters, digits and hyphens); "npx serving-compare status" lists them',
  runIdPattern,
);

export const json = {
  kind: flag,
  description: 'print the result or the error as JSON on stdout',
  default: false,
} as const;

export const config = {
  kind: file(),
  description:
    'configuration of the deployment; --runtime docker uses its container images and models',
  defaultText: 'serving-compare.json, if it exists',
  onlyWith: ['--on aws', '--runtime docker'],
} as const;

/** For commands that ask first. */
export const yes = {
  kind: flag,
  description: 'do not ask first, as in a script',
  default: false,
} as const;

export const processes = {
  kind: integer(1, 1024),
  description: 'processes of the middleware',
  defaultText: 'one per core; on two cores one',
} as const;

export const images = {
  kind: folder,
  description: 'folder of JPEG, PNG or WebP files to send',
  defaultText: 'those of the project',
  onlyWith: ['--on local'],
} as const;

export const model = {
  kind: file(),
  description:
    'a description from "npx serving-compare init", or a trained ResNet-50 as ONNX (not on AWS)',
  defaultText: 'model.yaml if it exists, else random weights',
} as const;

export const settings = {
  kind: file(),
  description:
    'a YAML file with settings of the servers: instances, threads, maxBatch, batchDelayMs, precision, each a value or a list; every combination is measured',
  defaultText: 'one request at a time',
} as const;

export const tuned = {
  kind: { ...text('RUN', 'the folder of a run with --profile tune'), completions: 'folder' },
  description:
    'measure the settings again that an earlier run with --profile tune found best, and the defaults; also on another machine or on AWS',
  conflicts: ['settings', 'resume'],
} as const;

export const models = {
  kind: folder,
  description: 'a folder of ONNX files with equal inputs and outputs, the models of --profile many',
  defaultText: 'generated ones',
  onlyWith: ['--profile many'],
} as const;

export const runtime = {
  kind: choice('runtime', LOCAL_RUNTIMES),
  description:
    'simulated: this project serves behind the API of each platform; venv: the real servers from packages, or stand-ins; docker: their containers; to install them: "npx serving-compare setup"',
  defaultText: 'simulated',
  onlyWith: ['--on local'],
} as const;

const SERVER_SEPARATOR = '\0';
const expectedServer = 'a name and an address, such as mine=http://localhost:9000/predict';

const readServer = (given: string): NamedUrl => {
  const [, name, url] = /^([^=]+)=(\w+:\/\/.+)$/.exec(given) ?? [];
  if (name !== undefined && url !== undefined) return { name, url };
  const [, withoutScheme] = /^([^=/]+=[^=/:]+:\d+.*)$/.exec(given) ?? [];
  throw new UsageError(
    `"${given}" is not of the form NAME=URL`,
    withoutScheme === undefined
      ? `give ${expectedServer}`
      : `write ${given.replace('=', '=http://')}`,
  );
};

/** Running servers as `NAME=URL`; the option is repeated for each. */
const namedServersKind: Kind<readonly NamedUrl[]> = {
  placeholder: 'NAME=URL',
  expected: expectedServer,
  joinedBy: SERVER_SEPARATOR,
  read: (given) => {
    const servers = given.split(SERVER_SEPARATOR).map(readServer);
    const names = servers.map(({ name }) => name);
    const repeated = names.find((name, index) => names.indexOf(name) < index);
    if (repeated === undefined) return servers;
    throw new UsageError(`${repeated} is given twice`, 'give each server a name of its own');
  },
  write: (servers) => servers.map(({ name, url }) => `${name}=${url}`).join(SERVER_SEPARATOR),
  wrong: () => [],
};

export const target = {
  kind: namedServersKind,
  elsewhere: 'url',
  description:
    'a running server to measure with your own model; repeat the option for more servers; without --servings and --runtime, only these are measured',
  onlyWith: ['--on local'],
} as const;

export const ca = {
  kind: file(),
  description:
    'a PEM file with authorities that the certificates of running servers (https://, grpcs://) may be from, besides those that Node knows',
  onlyWith: ['--on local'],
} as const;

export const output = {
  kind: folder,
  description: 'where the results go',
  defaultText: 'results/TIME-PROFILE; on AWS results/RUN',
} as const;

export const failIf = {
  kind: list(conditionKind),
  description:
    'exit with 1 if a condition is true or its figure is unknown: p50, p95 or p99>100ms, rate<50/s, failed>1%, cost>2USD (per million answers); for one serving: SERVING:p95>100ms',
} as const;

export const verbose = {
  kind: flag,
  description: 'also print the tables of results, and the files of the report',
  default: false,
} as const;

export const ciReport = {
  kind: file('FILE.xml'),
  description:
    'write JUnit XML with test cases for each --fail-if, for the validity of the run and for each compared figure',
} as const;

export const maxTime = {
  kind: maxTimeKind,
  description: 'end after the last repeat that fits into this time',
  defaultText: defaultTimeText,
  onlyWith: ['--on local'],
} as const;

/** Begins with a letter or a digit, unlike the folder of a baseline that is being written. */
const baselineKind = text(
  'NAME',
  'letters, digits, hyphens, dots and underscores',
  /^[a-z0-9][\w.-]*$/i,
);

export const baseline = {
  kind: baselineKind,
  description: 'compare with the run that --save-baseline saved under this name',
} as const;

export const saveBaseline = {
  kind: baselineKind,
  description: 'save the run as results/baselines/NAME if it is VALID; replaces an earlier one',
} as const;

export const failOn = {
  kind: list(choice(undefined, ['slower', 'undecided', 'withheld'])),
  description:
    'slower: exit with 1 if a figure is slower by more than 3 %; undecided: also if the data cannot tell; withheld: also if there is no verdict',
} as const;

export const on = {
  kind: choice(undefined, ['local', 'aws']),
  description: 'local: this machine; aws: the node pairs of a deployment',
  default: 'local',
} as const;

export const pairs = {
  kind: ranges(integer(1, MAX_PAIRS)),
  description: 'node pairs to use',
  defaultText: 'all',
  onlyWith: ['--on aws'],
} as const;

export const runOptions = {
  ...planOptions,
  settings,
  tuned,
  'max-time': maxTime,
  runtime,
  model,
  models,
  target,
  ca,
  images,
  config,
  processes,
  output,
  resume: {
    kind: {
      ...text('RUN', 'the folder of a run, or with --on aws its id'),
      completions: 'folder',
    },
    description: 'continue a run: measure what is missing or failed',
  },
  'fail-if': { ...failIf, conflicts: ['detach', 'dry-run'] },
  'ci-report': { ...ciReport, conflicts: ['detach', 'dry-run'] },
  baseline: { ...baseline, onlyWith: ['--on local'] },
  'save-baseline': { ...saveBaseline, onlyWith: ['--on local'] },
  'fail-on': { ...failOn, onlyWith: ['--baseline'] },
  'price-per-hour': {
    kind: usd(0.0001, 100_000),
    description: 'price of this machine: the report then shows the cost of a million answers',
    onlyWith: ['--on local'],
  },
  verbose,
  json,
  on,
  pairs,
  'run-id': {
    kind: newRunIdKind,
    description: 'name of the run: lowercase letters, digits, hyphens',
    defaultText: 'TIME-PROFILE',
    conflicts: ['resume'],
    onlyWith: ['--on aws'],
  },
  detach: {
    kind: flag,
    description: 'return when the runners have started',
    default: false,
    onlyWith: ['--on aws'],
  },
  'end-nodes': {
    kind: flag,
    description:
      'end both nodes of a pair once its results are in the bucket; otherwise they cost money until their deadline',
    defaultText: 'on with --detach, else off',
    negatable: true,
    onlyWith: ['--on aws'],
  },
  'dry-run': {
    kind: flag,
    description: 'show how long it takes and what it costs, without starting it',
    default: false,
    onlyWith: ['--on aws'],
  },
} as const satisfies Options;

export type RunValues = ValuesOf<typeof runOptions>;

/** The help of the commands that make a plan. */
export const planHelp = {
  notes: (columns: number): string =>
    `profiles\n${inColumns(
      PROFILE_NAMES.map((name) => [name, profiles[name].purpose]),
      columns,
    )}`,
  first: ['profile', 'servings', 'runtime', 'model', 'levels', 'duration', 'repeats'],
  headings: {
    profile: 'what to compare',
    levels: 'load',
    'noop-limits': 'checks of the rig',
    runtime: 'servers and inputs',
  },
} as const;
