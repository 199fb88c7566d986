import { manifestOf, platformOf, servingNames } from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS } from '../../../serving-configs/manifest.ts';
import {
  writeArguments,
  type Options,
  type ValuesOf,
} from '../../../serving-configs/options/command.ts';
import {
  choice,
  integer,
  list,
  listOrAll,
  milliseconds,
  number,
  ranges,
  seconds,
} from '../../../serving-configs/options/kinds.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import {
  NOOP_LIMITS,
  LOAD_GENERATORS,
  PROFILE_NAMES,
  type PlanOptions,
  type PlanOverrides,
} from '../model/plan-options.ts';
import type { Level } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { FAULTS } from '../model/fault.ts';
import { findsRates, resolvePlanOptions } from './plan-options.ts';

export const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;

/** Bounds of p99, in milliseconds. */
export const p99Bounds = list(milliseconds(0.1, DAY_MS));

/** A serving by its id or its title. */
export const servingKind = choice(
  'serving',
  servingNames,
  (serving) => manifestOf(serving).title,
  platformOf,
);

/** The options that shape a plan. */
export const planOptions = {
  profile: {
    kind: choice('profile', PROFILE_NAMES),
    description: 'sets every option that you do not give',
    defaultText: 'quick',
  },
  servings: {
    kind: {
      ...listOrAll(servingKind, servingNames),
      expected: 'ids of servings',
    },
    description: 'ids, listed by "npx serving-compare servings"; all: every one',
    defaultText: 'those of the study',
  },
  protocols: {
    kind: list(choice('protocol', PROTOCOLS)),
    description: 'rest, grpc; each serving is measured with those that it speaks',
    defaultText: 'rest',
  },
  payloads: {
    kind: list(choice('payload', PAYLOADS)),
    description: PAYLOADS.join(', '),
  },
  encodings: {
    kind: list(choice('encoding', ENCODINGS)),
    description: ENCODINGS.join(', '),
    defaultText: "each serving's own",
  },
  scenarios: {
    kind: list(choice('scenario', ['cold', 'warm'])),
    description: 'cold: the serving is restarted before each level; warm: it keeps running',
  },
  engine: {
    kind: choice('engine', ['onnx', 'noop']),
    description: 'what computes behind the protocols: onnx, or noop, which answers at once',
    defaultText: 'onnx',
    conflicts: ['delay'],
  },
  delay: {
    kind: milliseconds(0, 60_000),
    description:
      'instead of a model: answer after this time, one request at a time, like an accelerator',
    onlyWith: ['--on local'],
  },
  'slo-p99': {
    kind: p99Bounds,
    description:
      'bounds of p99, such as 15ms,50ms: tables and costs give the highest rate within each, of the measured levels, or with profile slo by a search in each repeat',
    defaultText: 'none; profile slo: 15ms',
  },
  faults: {
    kind: listOrAll(choice('fault', FAULTS), FAULTS),
    description:
      'what is done to the servings, beside a control run without faults; only with the profile stability',
    defaultText: 'all that a target can express',
  },
  levels: {
    kind: ranges(integer(1, 10_000)),
    description:
      'virtual users, such as 1,4,8 or 1-8: each waits for its answer before its next request (closed loop)',
    conflicts: ['rates'],
  },
  rates: {
    kind: list(number(0.01, 100_000)),
    description: 'requests per second, sent on schedule even if answers are late (open loop)',
  },
  arrivals: {
    kind: choice('kind of arrivals', ['poisson', 'constant']),
    description: 'when the requests of an open loop are sent: poisson or constant',
    defaultText: 'poisson',
    onlyWith: ['--rates'],
  },
  duration: {
    kind: seconds(0.1, DAY_SECONDS),
    description: 'how long each measurement takes',
  },
  warmup: {
    kind: seconds(0, DAY_SECONDS),
    description:
      'load that is not measured, after each start of a serving; a quarter of it before each further level',
  },
  repeats: {
    kind: integer(1, 1000),
    description:
      'how often everything is measured, each time in another order; many short repeats decide more than a few long ones',
  },
  timeout: {
    kind: milliseconds(1, DAY_MS),
    description: 'a request without an answer after this time has failed',
  },
  seed: {
    kind: integer(0, 2 ** 31 - 1),
    description: 'seed for the order of measurements and images',
    defaultText: 'random, and recorded',
  },
  'load-generator': {
    kind: choice('load generator', LOAD_GENERATORS),
    description: 'what sends the requests: embedded, or k6, an external program',
    defaultText: 'embedded; on AWS k6',
  },
  'noop-limits': {
    kind: choice('word for --noop-limits', NOOP_LIMITS),
    description:
      'measure what the test rig can handle, with a backend that answers at once: each, in every repeat; once, in the first; none',
    defaultText: 'each; profile quick here: once',
  },
  bypass: {
    kind: seconds(0, DAY_SECONDS),
    description:
      'after each measurement, send the same requests straight to the serving for this time: shows what the middleware costs; gRPC needs the embedded load generator; 0: never',
    defaultText: '5s; profile quick: 1s on AWS, 0 here',
  },
} as const satisfies Options;

export type PlanValues = ValuesOf<typeof planOptions>;

/** The field of each option whose value is used as it is; the levels have options of their own. */
const FIELDS = {
  profile: 'profile',
  servings: 'servings',
  protocols: 'protocols',
  payloads: 'payloads',
  encodings: 'encodings',
  scenarios: 'scenarios',
  duration: 'durationSeconds',
  warmup: 'warmupSeconds',
  bypass: 'bypassSeconds',
  repeats: 'repeats',
  timeout: 'timeoutMs',
  seed: 'seed',
  engine: 'engine',
  delay: 'delayMs',
  'load-generator': 'loadGenerator',
  'noop-limits': 'noopLimits',
  'slo-p99': 'sloP99Ms',
  faults: 'faults',
} as const satisfies Partial<Record<keyof PlanValues, keyof PlanOverrides>>;

const fields = Object.entries(FIELDS) as [keyof typeof FIELDS, keyof PlanOverrides][];

const levelsOf = ({
  levels,
  rates,
  arrivals = 'poisson',
}: PlanValues): readonly Level[] | undefined =>
  levels?.map((virtualUsers) => ({ loop: 'closed', virtualUsers })) ??
  rates?.map((ratePerSecond) => ({ loop: 'open', ratePerSecond, arrivals }));

/**
 * The plan options of a command line.
 *
 * @throws UsageError on rates if the profile searches them
 */
export const planOverridesOf = (values: PlanValues): PlanOverrides => {
  const { profile = 'quick', rates } = values;
  if (rates !== undefined && findsRates(profile)) {
    throw new UsageError(
      `--rates cannot be combined with --profile ${profile}, which finds its rates itself`,
      'give --levels, from which it starts, or another profile',
    );
  }
  if (values.faults !== undefined && profile !== 'stability') {
    throw new UsageError('--faults needs --profile stability', 'add it, or leave --faults out');
  }
  const levels = levelsOf(values);
  return {
    ...Object.fromEntries(
      fields.flatMap(([option, field]) =>
        values[option] === undefined ? [] : [[field, values[option]]],
      ),
    ),
    ...(levels && { levels }),
    ...(values.delay !== undefined && { engine: 'delay' }),
  };
};

/** The options from which a node reads the same plan. */
export const planArguments = (overrides: PlanOverrides): string => {
  const { levels = [] } = overrides;
  const open = levels.filter((level) => level.loop === 'open');
  const users = levels.flatMap((level) => (level.loop === 'closed' ? level.virtualUsers : []));
  const values = {
    ...Object.fromEntries(fields.map(([option, field]) => [option, overrides[field]])),
    levels: users.length === 0 ? undefined : users,
    rates: open.length === 0 ? undefined : open.map(({ ratePerSecond }) => ratePerSecond),
    arrivals: open[0]?.arrivals,
  };
  return writeArguments(planOptions, values).join(' ');
};

/** A command that makes the same measurements again, for the version that has made the plan. */
export const runCommandOf = ({
  options,
  settings,
  where,
  runtime,
}: Pick<Plan, 'options' | 'settings' | 'where' | 'runtime'>): string => {
  const { profile, seed, payloads, ...others } = options;
  const usual = resolvePlanOptions({ profile, seed }, where, runtime);
  const { modelDescription, modelsFolder } = settings;
  const model = modelDescription ?? (modelsFolder === undefined ? settings.modelFile : undefined);
  // With a description, payloads are tensors.
  const all = modelDescription === undefined ? { ...others, payloads } : others;
  const changed = Object.entries(all).filter(
    ([option, value]) =>
      // Only running servers take part.
      !(option === 'servings' && options.servings.length === 0) &&
      JSON.stringify(value) !== JSON.stringify(usual[option as keyof PlanOptions]),
  );
  const words = [
    ...(profile === 'quick' ? [] : [`--profile ${profile}`]),
    planArguments(Object.fromEntries(changed)),
    ...(where === 'aws' ? ['--on aws'] : []),
    ...(where === 'aws' || runtime === 'simulated' || runtime === 'running'
      ? []
      : [`--runtime ${runtime}`]),
    ...(settings.imagesDir === undefined ? [] : [`--images ${shellWord(settings.imagesDir)}`]),
    ...(model === undefined ? [] : [`--model ${shellWord(model)}`]),
    ...(settings.targets ?? []).map((server) => `--target ${shellWord(server)}`),
    `--seed ${seed}`,
  ];
  return ['npx serving-compare run', ...words.filter((word) => word !== '')].join(' ');
};
