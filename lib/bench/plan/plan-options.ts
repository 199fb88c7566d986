import { createHash, randomInt } from 'node:crypto';
import { type ServingName, servingNames } from '../../../serving-configs/index.ts';
import type { PlanOptions, PlanOverrides, ProfileName } from '../model/plan-options.ts';
import type { PlanPlace } from '../model/plan.ts';
import { FAULTS } from '../model/fault.ts';
import { type Profile, profiles } from './profiles.ts';

const SEEDS = 1_000_000;

/** A random seed, short enough to type again. */
const createSeed = (): number => randomInt(1, SEEDS);

/** A seed that every machine derives from the same text: a whole number below 2³¹. */
export const seedFrom = (text: string): number =>
  1 + (createHash('sha256').update(text).digest().readUInt32BE() % (SEEDS - 1));

/** The bounds within which a plan searches rates; none unless its profile searches. */
export const searchedBounds = ({
  profile,
  sloP99Ms = [],
}: Pick<PlanOptions, 'profile' | 'sloP99Ms'>): readonly number[] =>
  'sloP99Ms' in profiles[profile].options ? sloP99Ms : [];

/** Whether a profile finds its rates itself, from measurements with virtual users. */
export const findsRates = (profile: ProfileName): boolean =>
  'sloP99Ms' in profiles[profile].options || 'stability' in profiles[profile];

/** The options of a plan: those given, then the profile's, then a random seed. */
export const resolvePlanOptions = (
  overrides: PlanOverrides,
  where: PlanPlace['where'] = 'local',
  runtime: PlanPlace['runtime'] = 'simulated',
): PlanOptions => {
  const name = overrides.profile ?? 'quick';
  const { options, onAws, withRealServers, stability }: Profile = profiles[name];
  return {
    profile: name,
    protocols: ['rest'],
    engine: 'onnx',
    loadGenerator: 'embedded',
    faults: stability === 'faults' ? FAULTS : undefined,
    seed: createSeed(),
    ...options,
    ...(where === 'aws' && onAws),
    ...(where === 'local' && runtime !== 'simulated' && withRealServers),
    ...overrides,
  };
};

/** Whether servings were named one by one, so that each of them must take part. */
export const areServingsNamed = ({
  servings,
}: {
  readonly servings?: readonly ServingName[] | undefined;
}): boolean => servings !== undefined && servings.length < servingNames.length;

const inOrder = (value: unknown): string =>
  Array.isArray(value)
    ? JSON.stringify(value.map((item) => JSON.stringify(item)).toSorted())
    : JSON.stringify(value);

/** Given options that differ from those of the plan; the order of lists does not matter. */
export const contradictions = (
  overrides: PlanOverrides,
  planned: PlanOptions,
): readonly (keyof PlanOptions)[] =>
  (Object.keys(overrides) as (keyof PlanOptions)[]).filter(
    (option) => inOrder(overrides[option]) !== inOrder(planned[option]),
  );
