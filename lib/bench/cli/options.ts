import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import type { Options, ValuesOf } from '../../../serving-configs/options/command.ts';
import {
  choice,
  file,
  flag,
  folder,
  integer,
  list,
  percent,
  ranges,
  text,
  usd,
} from '../../../serving-configs/options/kinds.ts';
import { RUN_ID_PATTERN } from '../../aws/contract/run-keys.ts';
import { LOCAL_RUNTIMES } from '../model/plan.ts';
import { p99Bounds, planOptions, servingKind } from '../plan/command-line.ts';
import { maxTimeKind } from '../plan/max-time.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { conditionKind } from './fail-conditions.ts';
import { namedServersKind } from './target-option.ts';

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

export const commonOptions = { json } as const satisfies Options;

export const config = {
  kind: file(),
  description:
    'configuration of the deployment; --runtime docker uses its container images and models',
  defaultText: 'serving-compare.json, if it exists',
  onlyWith: ['--on aws', '--runtime docker'],
} as const;

export const processes = {
  kind: integer(1, 1024),
  description: 'processes of the middleware',
  defaultText: 'one per core; on two cores one',
} as const;

const images = {
  kind: folder,
  description: 'folder of JPEG, PNG or WebP files to send',
  defaultText: 'those of the project',
  onlyWith: ['--on local'],
} as const;

const model = {
  kind: file(),
  description:
    'a description from "npx serving-compare init", or a trained ResNet-50 as ONNX (not on AWS)',
  defaultText: 'model.yaml if it exists, else random weights',
} as const;

const runtime = {
  kind: choice('runtime', LOCAL_RUNTIMES),
  description:
    'simulated: this project serves behind the API of each platform; venv: the real servers from packages, or stand-ins; docker: their containers; to install them: "npx serving-compare setup"',
  defaultText: 'simulated',
  onlyWith: ['--on local'],
} as const;

const target = {
  kind: namedServersKind,
  elsewhere: 'url',
  description:
    'a running server to measure with your own model; repeat the option for more servers; without --servings and --runtime, only these are measured',
  onlyWith: ['--on local'],
} as const;

export const output = {
  kind: folder,
  description: 'where the results go',
  defaultText: 'results/TIME-PROFILE; on AWS results/RUN',
} as const;

const failIf = {
  kind: list(conditionKind),
  description:
    'exit with 1 if a condition is true or its figure is unknown: p50, p95 or p99>100ms, rate<50/s, failed>1%, cost>2USD (per million answers); for one serving: SERVING:p95>100ms',
} as const;

const verbose = {
  kind: flag,
  description: 'also print the tables of results, and the files of the report',
  default: false,
} as const;

const ciReport = {
  kind: file('FILE.xml'),
  description: 'write JUnit XML with test cases for each --fail-if and for the validity of the run',
} as const;

const maxTime = {
  kind: maxTimeKind,
  description: 'end after the last repeat that fits into this time; verdicts need three',
  onlyWith: ['--on local'],
} as const;

export const runOptions = {
  ...planOptions,
  'max-time': maxTime,
  runtime,
  model,
  target,
  images,
  config,
  processes,
  output,
  resume: {
    kind: text('RUN', 'the folder of a run, or with --on aws its id'),
    description:
      'continue a run: measure what is missing or failed; on AWS, the repeats of lost pairs go to the other pairs',
  },
  'fail-if': { ...failIf, conflicts: ['detach', 'dry-run'] },
  'ci-report': { ...ciReport, conflicts: ['detach', 'dry-run'] },
  'price-per-hour': {
    kind: usd(0.0001, 100_000),
    description: 'price of this machine: the report then shows the cost of a million answers',
    onlyWith: ['--on local'],
  },
  verbose,
  json,
  on: {
    kind: choice(undefined, ['local', 'aws']),
    description: 'local: this machine; aws: the node pairs of a deployment',
    default: 'local',
  },
  pairs: {
    kind: ranges(integer(1, MAX_PAIRS)),
    description: 'node pairs to use',
    defaultText: 'all',
    onlyWith: ['--on aws'],
  },
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

export const planCommandOptions = {
  ...planOptions,
  runtime,
  model,
  target,
  config,
  'max-time': maxTime,
  noise: {
    kind: percent(0.01, 100),
    description: 'how much repeats vary (coefficient of variation)',
    default: 5,
  },
  json,
} as const satisfies Options;

const FAILING_WORDS = ['slower', 'undecided', 'withheld'] as const;

export const reportOptions = {
  dir: { kind: folder, description: 'folder of a run', required: true },
  after: { kind: folder, description: 'folder of a second run, compared with the first' },
  'slo-p99': {
    kind: p99Bounds,
    description: 'p99 limits to use instead of those of the run, such as 15ms,50ms',
    conflicts: ['after'],
  },
  'fail-if': { ...failIf, conflicts: ['after'] },
  'fail-on': {
    kind: list(choice(undefined, FAILING_WORDS)),
    description: `slower: exit with 1 if a figure is slower by more than ${MARGIN_TEXT}; undecided: also if the data cannot tell; withheld: also if there is no verdict`,
    onlyWith: ['AFTER'],
  },
  output: {
    kind: folder,
    description: 'where to write the comparison',
    defaultText: 'results/comparison-DIR-AFTER',
    onlyWith: ['AFTER'],
  },
  'ci-report': ciReport,
  verbose,
  json,
} as const satisfies Options;

export const setupOptions = {
  runtime: {
    kind: choice('runtime', ['venv', 'docker']),
    description:
      'venv: from packages, 2.3 GB for all, with stand-ins for servers without a package; docker: as containers',
    default: 'venv',
  },
  servings: {
    kind: planOptions.servings.kind,
    description: 'servings to install; all: every one',
    defaultText: 'all; for docker those of the study',
  },
  weights: {
    kind: text('WEIGHTS', 'published, random, lite0, FILE.pth or FILE.onnx'),
    description:
      'weights to build the models from: published, the ResNet-50 of torchvision, a download of 103 MB (needs Python); random, the same network with random weights; lite0, a small trained network from a Python package (needs Python and pip); or your own weights, FILE.pth (needs Python) or FILE.onnx',
    defaultText: 'those of the models that are already here, else published',
    onlyWith: ['--runtime docker'],
  },
  config,
  json,
} as const satisfies Options;

export const initOptions = {
  model: { kind: file('FILE.onnx'), description: 'the model to describe', required: true },
  output: {
    kind: file('FILE.yaml'),
    description: 'where to write the description',
    default: 'model.yaml',
  },
  json,
} as const satisfies Options;

export const validateOptions = {
  model: {
    kind: file('FILE.yaml'),
    description: 'the description of a model, YAML or JSON',
    default: 'model.yaml',
  },
  json,
} as const satisfies Options;

export const serveOptions = {
  serving: {
    kind: servingKind,
    description: 'the serving to start',
    required: true,
  },
  runtime,
  config,
  engine: {
    kind: planOptions.engine.kind,
    description: planOptions.engine.description,
    default: 'onnx',
  },
  protocol: {
    kind: choice('protocol', PROTOCOLS),
    description: 'protocol of the curl command: rest or grpc',
    default: 'rest',
  },
  port: {
    kind: integer(0, 65_535),
    description: 'port of the middleware; 0 takes a free one',
    default: 3000,
  },
  processes,
  images,
  model: {
    kind: file(),
    description: 'a description from "npx serving-compare init", or a trained ResNet-50 as ONNX',
    defaultText: 'random weights',
  },
  json,
} as const satisfies Options;

export type RunValues = ValuesOf<typeof runOptions>;
