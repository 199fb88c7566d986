import { commonOptionSpecs } from './command.ts';
import { planOptionSpecs } from './plan-arguments.ts';
import { demandConfigUse, runtimeOptionSpecs } from './runtime-option.ts';
import { usageError, type parseCommandLine } from './usage.ts';

/** The options of `npx serving-compare run`, wherever it runs. */
export const runOptionSpecs = {
  ...commonOptionSpecs,
  ...planOptionSpecs,
  on: { type: 'string' },
  processes: { type: 'string' },
  output: { type: 'string' },
  resume: { type: 'string' },
  // On this machine only.
  ...runtimeOptionSpecs,
  images: { type: 'string' },
  model: { type: 'string' },
  'price-per-hour': { type: 'string' },
  // On AWS, and for containers on this machine.
  config: { type: 'string' },
  // On AWS only.
  pairs: { type: 'string', multiple: true },
  'run-id': { type: 'string' },
  detach: { type: 'boolean' },
  'end-nodes': { type: 'boolean' },
  'no-end-nodes': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'stale-after': { type: 'string' },
} as const;

export type RunValues = ReturnType<typeof parseCommandLine<typeof runOptionSpecs>>['values'];

export const RUN_PLACES = ['local', 'aws'] as const;
export type RunPlace = (typeof RUN_PLACES)[number];

const ONLY_AT = {
  local: ['runtime', 'images', 'model', 'price-per-hour', 'delay'],
  aws: ['pairs', 'run-id', 'detach', 'end-nodes', 'no-end-nodes', 'dry-run', 'stale-after'],
} as const satisfies Record<RunPlace, readonly (keyof RunValues)[]>;

const hintOf = (place: RunPlace, option: keyof RunValues): string => {
  if (place === 'local') return 'add --on aws, or leave it out';
  return option === 'price-per-hour'
    ? 'on AWS, the price is that of the node pair'
    : 'on AWS, runtime, images and models come with the deployment';
};

/** @throws BenchError on an option that only the other place has. */
export const demandPlace = (place: RunPlace, values: RunValues): void => {
  if (place === 'local') demandConfigUse(values);
  const other = place === 'aws' ? 'local' : 'aws';
  const foreign = ONLY_AT[other].find((option) => values[option] !== undefined);
  if (foreign === undefined) return;
  throw usageError(`--${foreign} is only for --on ${other}`, hintOf(place, foreign));
};
