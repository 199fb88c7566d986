import {
  servingTitle,
  platformOf,
  servingNames,
  servingSets,
} from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS } from '../../../serving-configs/manifest.ts';
import {
  writeArguments,
  type Option,
  type ValuesOf,
} from '../../../serving-configs/options/command.ts';
import {
  choice,
  integer,
  list,
  listOrSet,
  mebibytes,
  milliseconds,
  number,
  ranges,
  seconds,
} from '../../../serving-configs/options/kinds.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import {
  NOOP_LIMITS,
  LOAD_GENERATORS,
  PROFILE_NAMES,
  type PlanOptions,
  type PlanOverrides,
  type ProfileName,
} from '../model/plan-options.ts';
import type { Level } from '../model/measurement.ts';
import { INJECTED_FAULTS } from '../model/fault.ts';
import { canBypass, findsRates, isTuned, profileDefaults } from './resolve-plan-options.ts';

export const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;

/** A list of p99 limits, in milliseconds. */
export const p99Bounds = list(milliseconds(0.1, DAY_MS));

/** A serving, by id or title. */
export const servingKind = choice(
  'serving',
  servingNames,
  (serving) => servingTitle(serving),
  platformOf,
);

interface PlanOption extends Option {
  /** The field of the plan options that takes the value unchanged. */
  readonly field?: keyof PlanOptions;
}

const rows = {
  profile: {
    field: 'profile',
    kind: choice('profile', PROFILE_NAMES),
    description: 'sets all options that are not given',
    defaultText: 'quick',
  },
  servings: {
    field: 'servings',
    kind: {
      ...listOrSet(servingKind, servingSets),
      expected: 'ids of servings',
    },
    description: 'ids, as "npx serving-compare servings" lists them, all, or study',
  },
  protocols: {
    field: 'protocols',
    kind: list(choice('protocol', PROTOCOLS)),
    description: 'rest, grpc; each serving is measured over those that it supports',
  },
  payloads: {
    field: 'payloads',
    kind: list(choice('payload', PAYLOADS)),
    description:
      'what is sent: the image file, or the decoded pixels, resized (tensor) or not (tensor_fullsize)',
    defaultText: 'those of the profile',
  },
  encodings: {
    field: 'encodings',
    kind: list(choice('encoding', ENCODINGS)),
    description:
      'how it is encoded. raw: bytes; json: numbers; base64: text inside JSON; binary: bytes after a JSON header; form: a file in a multipart form',
    defaultText: "each serving's own",
  },
  scenarios: {
    field: 'scenarios',
    kind: list(choice('scenario', ['cold', 'warm'])),
    description: 'cold: the serving is restarted before each level; warm: it keeps running',
  },
  engine: {
    field: 'engine',
    kind: choice('engine', ['onnx', 'noop']),
    description: 'what computes behind the protocols: onnx, or noop, which answers at once',
    conflicts: ['delay'],
  },
  delay: {
    field: 'delayMs',
    kind: milliseconds(0, 60_000),
    description:
      'instead of running a model, answer after this time, one request at a time, like an accelerator',
    onlyWith: ['--on local'],
  },
  'slo-p99': {
    field: 'sloP99Ms',
    kind: p99Bounds,
    description:
      'p99 limits, such as 15ms,50ms: tables and costs show the highest measured rate within each; profile slo searches for it in each repeat',
  },
  faults: {
    field: 'faults',
    kind: listOrSet(choice('fault', INJECTED_FAULTS), { all: INJECTED_FAULTS }),
    description: 'faults to test, or all, in addition to a control without faults',
    defaultText: 'all that a target can express',
    onlyWith: ['--profile stability'],
  },
  counts: {
    field: 'counts',
    kind: list(integer(1, 10_000)),
    description: 'how many models a server holds when its rates are measured',
    onlyWith: ['--profile many'],
  },
  'memory-limit': {
    field: 'memoryLimitMiB',
    kind: mebibytes(64, 2 ** 20),
    description: 'a server whose processes need more memory gets no further model',
    defaultText: 'half of what the machine has left',
    onlyWith: ['--profile many'],
  },
  levels: {
    kind: ranges(integer(1, 10_000)),
    description:
      'virtual users, such as 1,4,8 or 1-8: each waits for its answer before it sends its next request (closed loop)',
    conflicts: ['rates'],
  },
  rates: {
    kind: list(number(0.01, 100_000)),
    description: 'requests per second, sent on schedule even if answers are late (open loop)',
  },
  arrivals: {
    kind: choice(undefined, ['poisson', 'constant']),
    description: 'when the requests of an open loop are sent: poisson or constant',
    defaultText: 'poisson',
    onlyWith: ['--rates'],
  },
  duration: {
    field: 'durationSeconds',
    kind: seconds(0.1, DAY_SECONDS),
    description: 'how long each measurement takes',
    defaultText: 'with profile quick 0.7s or more',
  },
  warmup: {
    field: 'warmupSeconds',
    kind: seconds(0, DAY_SECONDS),
    description:
      'unmeasured load after each start of a serving; a quarter of it before each further level',
  },
  repeats: {
    field: 'repeats',
    elsewhere: 'n',
    kind: integer(1, 1000),
    description:
      'how often everything is measured, each time in another order; many short repeats tell more than a few long ones',
    defaultText: 'with profile quick until the run has an answer',
  },
  timeout: {
    field: 'timeoutMs',
    kind: milliseconds(1, DAY_MS),
    description: 'a request without an answer after this time fails',
  },
  seed: {
    field: 'seed',
    kind: integer(0, 2 ** 31 - 1),
    description: 'seed for the order of measurements and images',
    defaultText: 'random, and recorded',
  },
  'load-generator': {
    field: 'loadGenerator',
    kind: choice('load generator', LOAD_GENERATORS),
    description: 'what sends the requests: embedded, or k6, an external program',
    defaultText: 'embedded; on AWS k6',
  },
  'noop-limits': {
    field: 'noopLimits',
    kind: choice(undefined, NOOP_LIMITS),
    description:
      'measure what the rig can handle, with a backend that answers at once: each, in every repeat; once, in the first one; none',
  },
  bypass: {
    field: 'bypassSeconds',
    kind: seconds(0, DAY_SECONDS),
    description:
      'after each measurement, send the same requests straight to the serving for this time, which shows what the middleware costs; gRPC needs the embedded load generator; 0: never',
  },
} as const satisfies Readonly<Record<string, PlanOption>>;

export type PlanValues = ValuesOf<typeof rows>;

export const planOptionNames = Object.keys(rows) as readonly (keyof PlanValues)[];

const fields = Object.entries<PlanOption>(rows).flatMap(([option, { field }]) =>
  field === undefined ? [] : [[option as keyof PlanValues, field] as const],
);

const levelsOf = ({
  levels,
  rates,
  arrivals = 'poisson',
}: PlanValues): readonly Level[] | undefined =>
  levels?.map((virtualUsers) => ({ loop: 'closed', virtualUsers })) ??
  rates?.map((ratePerSecond) => ({ loop: 'open', ratePerSecond, arrivals }));

/** @throws UsageError for options that a search for settings would not obey */
const assertFitsSearch = (values: PlanValues): void => {
  const { levels, scenarios = [], bypass } = values;
  const ignored = [
    levels !== undefined && 'levels',
    scenarios.includes('cold') && 'scenarios cold',
    bypass && 'bypass',
  ].find(Boolean);
  if (ignored) {
    throw new UsageError(
      `--${ignored} cannot be combined with --profile tune`,
      'leave it out: the search chooses its loads itself, and starts each server afresh',
    );
  }
  if ((values['slo-p99']?.length ?? 1) > 1) {
    throw new UsageError(
      '--profile tune searches within one p99 limit',
      'give one, such as --slo-p99 100ms, and make a run for each other',
    );
  }
};

/**
 * Turns the values of a command line into plan options.
 *
 * @throws UsageError if an option does not fit the profile
 */
export const planOverridesOf = (values: PlanValues): PlanOverrides => {
  const { profile = 'quick', rates } = values;
  if (rates !== undefined && findsRates(profile)) {
    throw new UsageError(
      `--rates cannot be combined with --profile ${profile}`,
      'leave --rates out: the profile finds its rates itself, starting with --levels',
    );
  }
  if (isTuned({ profile })) assertFitsSearch(values);
  const [first = 1, ...more] = values.counts ?? [];
  if (first !== 1 || more.some((count, at) => count <= (more[at - 1] ?? 1))) {
    throw new UsageError(
      `--counts must rise from 1, and ${values.counts?.join(',')} does not`,
      'give, for instance, --counts 1,10,50',
    );
  }
  const canBypassSome = values.protocols?.some((protocol) =>
    canBypass(protocol, values['load-generator']),
  );
  if (values.bypass && canBypassSome === false) {
    throw new UsageError(
      '--bypass needs --load-generator embedded for gRPC',
      'add --load-generator embedded, or leave --bypass out',
    );
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

/** The command line values for plan options; the inverse of {@link planOverridesOf}. */
const valuesOf = (overrides: PlanOverrides) => {
  const { levels = [] } = overrides;
  const open = levels.filter((level) => level.loop === 'open');
  const users = levels.flatMap((level) => (level.loop === 'closed' ? level.virtualUsers : []));
  return {
    ...Object.fromEntries(fields.map(([option, field]) => [option, overrides[field]])),
    levels: users.length === 0 ? undefined : users,
    rates: open.length === 0 ? undefined : open.map(({ ratePerSecond }) => ratePerSecond),
    arrivals: open[0]?.arrivals,
  };
};

/** The value of an option in a profile, as a user would type it. */
interface ProfileDefault {
  readonly profile: ProfileName;
  readonly where: string;
  readonly text: string;
}

const valuesOfProfiles = profileDefaults.map(({ profile, where, options }) => ({
  profile,
  where,
  values: valuesOf(options) as Readonly<Record<string, unknown>>,
}));

/** The values of an option in all profiles. */
export const defaultsOf = (name: string, { kind }: Option): readonly ProfileDefault[] =>
  valuesOfProfiles.map(({ profile, where, values }) => ({
    profile,
    where,
    text: values[name] === undefined ? 'none' : kind.write(values[name]),
  }));

/** The default of an option, in words: the value that all profiles share, or else the value of `quick`. */
const defaultTextOf = (name: string, option: PlanOption): string | undefined => {
  const defaults = defaultsOf(name, option);
  const texts = new Set(defaults.map(({ text }) => text));
  const [quick = 'none'] = texts;
  if (texts.size <= 1) return quick === 'none' ? undefined : quick;
  const shown = defaults.filter(({ profile, where, text }) =>
    profile === 'quick' ? where === '' || text !== quick : quick === 'none' && text !== 'none',
  );
  return shown
    .map(
      ({ profile, where, text }) => `${text} ${where === '' ? `with profile ${profile}` : where}`,
    )
    .join(', ');
};

/** The options of a plan, with their defaults in words. */
export const planOptions = Object.fromEntries(
  Object.entries<PlanOption>(rows).map(([name, option]) => [
    name,
    { ...option, defaultText: option.defaultText ?? defaultTextOf(name, option) },
  ]),
) as unknown as typeof rows;

/** Writes plan options as command line arguments; a command line with them has the same plan. */
export const planArguments = (overrides: PlanOverrides): string =>
  writeArguments(planOptions, valuesOf(overrides)).join(' ');
