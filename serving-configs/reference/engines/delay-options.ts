import { UsageError } from '../../options/usage-error.ts';

/** How long an answer takes, in milliseconds. */
export type Latency =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | {
      readonly kind: 'bimodal';
      readonly fastMs: number;
      readonly slowMs: number;
      /** Between 0 and 1. */
      readonly slowShare: number;
    };

/** Every answer that is due during a stall is held until its end. */
export interface Stall {
  /** It begins when this many requests have come. */
  readonly afterRequests: number;
  readonly ms: number;
}

export const FAULTS = ['reset', 'halfBody', 'wrongShape', 'nan'] as const;
export type Fault = (typeof FAULTS)[number];

export interface DelayOptions {
  readonly seed: number;
  readonly latency: Latency;
  /** Share of the requests that get the platform's error. */
  readonly failureShare: number;
  /** `failed`: the platform's 500; `overloaded`: its 503. */
  readonly failure: 'failed' | 'overloaded';
  /** Requests that are worked on at a time; the others wait in their order. Without it all of them. */
  readonly capacity?: number;
  readonly stalls: readonly Stall[];
  /** Shares of the requests that get a broken answer. */
  readonly faults: Readonly<Record<Fault, number>>;
}

const HINT =
  'pass e.g. --engine-options \'{"seed":1,"latency":{"kind":"constant","ms":50},"failureShare":0.05}\'';

const refuse = (what: string): never => {
  throw new UsageError(`--engine-options: ${what}`, HINT);
};

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown, where: string, known: readonly string[]): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(`${where} must be an object`);
  }
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      refuse(`${where} has the unknown field "${name}"; it knows ${known.join(', ')}`);
    }
  }
  return value as Fields;
};

const numberOf = (
  fields: Fields,
  name: string,
  where: string,
  { least = 0, most = Infinity, fallback }: { least?: number; most?: number; fallback?: number },
): number => {
  const value = fields[name] ?? fallback;
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
    return refuse(`${where}.${name} must be a number ${range}`);
  }
  return value;
};

const shareOf = (fields: Fields, name: string, where: string): number =>
  numberOf(fields, name, where, { most: 1, fallback: 0 });

const latencyOf = (value: unknown): Latency => {
  const where = 'latency';
  const fields = fieldsOf(value, where, ['kind', 'ms', 'meanMs', 'fastMs', 'slowMs', 'slowShare']);
  switch (fields['kind']) {
    case 'constant':
      return { kind: 'constant', ms: numberOf(fields, 'ms', where, {}) };
    case 'exponential':
      return { kind: 'exponential', meanMs: numberOf(fields, 'meanMs', where, {}) };
    case 'bimodal':
      return {
        kind: 'bimodal',
        fastMs: numberOf(fields, 'fastMs', where, {}),
        slowMs: numberOf(fields, 'slowMs', where, {}),
        slowShare: numberOf(fields, 'slowShare', where, { most: 1 }),
      };
    default:
      return refuse('latency.kind must be one of constant, exponential, bimodal');
  }
};

const stallOf = (value: unknown, index: number): Stall => {
  const where = `stalls[${index}]`;
  const fields = fieldsOf(value, where, ['afterRequests', 'ms']);
  return {
    afterRequests: numberOf(fields, 'afterRequests', where, { least: 1 }),
    ms: numberOf(fields, 'ms', where, {}),
  };
};

const failureOf = (status: unknown): DelayOptions['failure'] => {
  if (status === undefined || status === 500) return 'failed';
  return status === 503 ? 'overloaded' : refuse('statusOnFailure must be 500 or 503');
};

const KNOWN = [
  'seed',
  'latency',
  'failureShare',
  'statusOnFailure',
  'capacity',
  'stalls',
  'faults',
];

/**
 * Reads the options of the delay engine from parsed JSON. Only `latency` is needed.
 * @throws UsageError that names the field at fault.
 */
export const readDelayOptions = (json: unknown): DelayOptions => {
  const where = 'the options';
  const fields = fieldsOf(json, where, KNOWN);
  const { capacity, stalls = [], faults = {} } = fields;
  const faultFields = fieldsOf(faults, 'faults', FAULTS);
  const shares = Object.fromEntries(
    FAULTS.map((fault) => [fault, shareOf(faultFields, fault, 'faults')]),
  ) as Record<Fault, number>;
  const failureShare = shareOf(fields, 'failureShare', where);
  if (failureShare + FAULTS.reduce((sum, fault) => sum + shares[fault], 0) > 1) {
    refuse('failureShare and the shares of faults must not add up to more than 1');
  }
  return {
    seed: numberOf(fields, 'seed', where, { fallback: 1 }),
    latency: latencyOf(fields['latency']),
    failureShare,
    failure: failureOf(fields['statusOnFailure']),
    ...(capacity === undefined
      ? {}
      : { capacity: Math.floor(numberOf(fields, 'capacity', where, { least: 1 })) }),
    stalls: Array.isArray(stalls) ? stalls.map(stallOf) : refuse('stalls must be a list'),
    faults: shares,
  };
};
