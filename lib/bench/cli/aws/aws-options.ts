import type { Options } from '../../../../serving-configs/options/command.ts';
import {
  choice,
  flag,
  folder,
  hours,
  integer,
  verbatim,
} from '../../../../serving-configs/options/kinds.ts';
import { NODE_ROLES } from '../../../aws/contract/tags.ts';
import { planOptions } from '../../plan/command-line.ts';
import { config, json, MAX_PAIRS, output, processes, runIdKind, runOptions } from '../options.ts';

export const awsOptions = {
  config: {
    kind: config.kind,
    description: 'configuration of the deployment',
    defaultText: config.defaultText,
  },
  json,
} as const satisfies Options;

const run = { kind: runIdKind, description: 'id of a run', required: true } as const;

export const deployOptions = {
  'cdk-options': {
    kind: verbatim,
    description: 'options for "cdk deploy", after --',
    default: [],
  },
  ...awsOptions,
} as const satisfies Options;

export const statusOptions = {
  run: { kind: runIdKind, description: 'id of a run', defaultText: 'all' },
  watch: { kind: flag, description: 'repeat every 5 seconds until nothing runs', default: false },
  ...awsOptions,
} as const satisfies Options;

export const logsOptions = {
  run,
  pair: { kind: integer(1, MAX_PAIRS), description: 'only this pair' },
  role: {
    kind: choice('role', NODE_ROLES),
    description: NODE_ROLES.join(' or '),
    defaultText: 'both',
  },
  lines: { kind: integer(0, 100_000), description: 'lines to print of each file', default: 20 },
  output: { kind: folder, description: 'where the logs go', defaultText: 'results/RUN' },
  ...awsOptions,
} as const satisfies Options;

export const cancelOptions = { run, ...awsOptions } as const satisfies Options;

export const extendOptions = {
  time: {
    kind: hours(0.1, 72),
    description: 'from now until all nodes of the deployment end, such as 6h',
    required: true,
  },
  ...awsOptions,
} as const satisfies Options;

export const fetchOptions = {
  run: { kind: runIdKind, description: 'id of a run' },
  all: {
    kind: flag,
    description: 'every run in the bucket',
    default: false,
    conflicts: ['run'],
  },
  output: {
    kind: folder,
    description: 'where the results go; with --all, the parent of their folders',
    defaultText: 'results/RUN',
  },
  delete: {
    kind: flag,
    description:
      'delete the run from the bucket afterwards; with --all every run, so that "cdk destroy" can delete the bucket',
    default: false,
  },
  force: {
    kind: flag,
    description: 'delete even if a node may still write',
    default: false,
    onlyWith: ['--delete'],
  },
  ...awsOptions,
} as const satisfies Options;

export const nodeRunOptions = {
  ...planOptions,
  'run-id': { ...runOptions['run-id'], required: true },
  pairs: {
    kind: runOptions.pairs.kind,
    description: 'pairs that share the repeats of the plan in turn',
    defaultText: 'this pair',
  },
  processes,
  output,
} as const satisfies Options;
