import { servingNames } from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS } from '../../../serving-configs/manifest.ts';
import { LOAD_ENGINES } from '../load/load-engine.ts';
import type { Level } from '../plan/cell.ts';
import { CEILINGS, type Ceilings, type PlanOverrides } from '../plan/plan-options.ts';
import { profileNames } from '../plan/profiles.ts';
import { DAY_SECONDS, listOf, numberOf, sloBoundsOf } from './option-values.ts';
import { oneOf, usageError } from './usage.ts';

/** The options that shape a plan; those of `run` and `plan`. */
export const planOptionSpecs = {
  profile: { type: 'string' },
  servings: { type: 'string', multiple: true },
  protocols: { type: 'string', multiple: true },
  payloads: { type: 'string', multiple: true },
  encodings: { type: 'string', multiple: true },
  scenarios: { type: 'string', multiple: true },
  levels: { type: 'string', multiple: true },
  rates: { type: 'string', multiple: true },
  arrivals: { type: 'string' },
  duration: { type: 'string' },
  warmup: { type: 'string' },
  direct: { type: 'string' },
  repeats: { type: 'string' },
  timeout: { type: 'string' },
  seed: { type: 'string' },
  engine: { type: 'string' },
  delay: { type: 'string' },
  'load-engine': { type: 'string' },
  ceilings: { type: 'string' },
  'no-ceilings': { type: 'boolean' },
  'slo-p99-ms': { type: 'string', multiple: true },
} as const;

type Values = {
  readonly [Name in keyof typeof planOptionSpecs]?:
    | ((typeof planOptionSpecs)[Name] extends { readonly multiple: true }
        ? readonly string[]
        : (typeof planOptionSpecs)[Name] extends { readonly type: 'boolean' }
          ? boolean
          : string)
    | undefined;
};

const ARRIVALS = ['poisson', 'constant'] as const;

const levelsOf = ({ levels, rates, arrivals }: Values): readonly Level[] | undefined => {
  if (levels !== undefined && rates !== undefined) {
    throw usageError(
      '--levels and --rates exclude each other',
      'give virtual users (closed loop) or requests a second (open loop)',
    );
  }
  if (arrivals !== undefined && rates === undefined) {
    throw usageError('--arrivals is for an open loop', 'give --rates too');
  }
  if (levels !== undefined) {
    return listOf('levels', levels).map((text) => ({
      loop: 'closed',
      virtualUsers: numberOf('levels', text, { least: 1, most: 10_000, whole: true }),
    }));
  }
  const chosen = oneOf('kind of arrivals', arrivals ?? 'poisson', ARRIVALS);
  return rates === undefined
    ? undefined
    : listOf('rates', rates).map((text) => ({
        loop: 'open',
        ratePerSecond: numberOf('rates', text, { least: 0.01, most: 100_000 }),
        arrivals: chosen,
      }));
};

const ceilingsOf = (values: Values): Ceilings | undefined => {
  const without = values['no-ceilings'] === true;
  if (values.ceilings === undefined) return without ? 'none' : undefined;
  if (without) {
    throw usageError(
      '--ceilings and --no-ceilings exclude each other',
      '--no-ceilings is --ceilings none',
    );
  }
  return oneOf('word for --ceilings', values.ceilings, CEILINGS);
};

/** In the place of the names. */
const ALL_SERVINGS = 'all';

/** Leaves out what was not said. */
const said = <Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };

/**
 * What the command line says about the plan.
 *
 * @throws BenchError at the first value that cannot be used.
 */
export const planOverridesOf = (values: Values): PlanOverrides => {
  const words = <Word extends string>(
    option: 'servings' | 'protocols' | 'payloads' | 'encodings' | 'scenarios',
    what: string,
    known: readonly Word[],
  ): readonly Word[] | undefined => {
    const texts = values[option];
    return texts === undefined
      ? undefined
      : listOf(option, texts).map((text) => oneOf(what, text, known));
  };
  const number = (
    option: 'duration' | 'warmup' | 'direct' | 'repeats' | 'timeout' | 'delay' | 'seed',
    range: Parameters<typeof numberOf>[2],
  ): number | undefined => {
    const text = values[option];
    return text === undefined ? undefined : numberOf(option, text, range);
  };
  if (values.delay !== undefined && values.engine !== undefined && values.engine !== 'delay') {
    throw usageError('--delay is of the engine delay', 'leave --engine out');
  }
  if (values.engine === 'delay' && values.delay === undefined) {
    throw usageError('--engine delay needs to know how long', 'give --delay MILLISECONDS');
  }
  const delayMs = number('delay', { least: 0, most: DAY_SECONDS });
  const timeout = number('timeout', { least: 0.001, most: DAY_SECONDS });
  return said({
    profile:
      values.profile === undefined ? undefined : oneOf('profile', values.profile, profileNames),
    servings:
      values.servings?.join() === ALL_SERVINGS
        ? servingNames
        : words('servings', 'serving', servingNames),
    protocols: words('protocols', 'protocol', PROTOCOLS),
    payloads: words('payloads', 'payload', PAYLOADS),
    encodings: words('encodings', 'encoding', ENCODINGS),
    scenarios: words('scenarios', 'scenario', ['cold', 'warm'] as const),
    levels: levelsOf(values),
    durationSeconds: number('duration', { least: 0.1, most: DAY_SECONDS }),
    warmupSeconds: number('warmup', { least: 0, most: DAY_SECONDS }),
    directSeconds: number('direct', { least: 0, most: DAY_SECONDS }),
    repeats: number('repeats', { least: 1, most: 1000, whole: true }),
    timeoutMs: timeout === undefined ? undefined : Math.round(timeout * 1000),
    seed: number('seed', { least: 0, most: 2 ** 31 - 1, whole: true }),
    engine:
      delayMs !== undefined
        ? ('delay' as const)
        : values.engine === undefined
          ? undefined
          : oneOf('engine', values.engine, ['onnx', 'null', 'delay'] as const),
    delayMs,
    loadEngine:
      values['load-engine'] === undefined
        ? undefined
        : oneOf('load engine', values['load-engine'], LOAD_ENGINES),
    ceilings: ceilingsOf(values),
    sloP99Ms: values['slo-p99-ms'] && sloBoundsOf(values['slo-p99-ms']),
  });
};
