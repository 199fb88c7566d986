import { createHash, randomInt } from 'node:crypto';
import { type ServingName, servingNames } from '../../../serving-configs/index.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import {
  hasSeveral,
  PROFILE_NAMES,
  type PlanOptions,
  type PlanOverrides,
  type ProfileName,
} from '../model/plan-options.ts';
import type { PlanHost } from '../model/plan.ts';
import { INJECTED_FAULTS } from '../model/fault.ts';
import { type Profile, profiles } from './profiles.ts';

const SEEDS = 1_000_000;

/** Draws a seed that is short enough to type. */
export const createSeed = (): number => randomInt(1, SEEDS);

/** Derives a seed from a text, the same on every machine. */
export const seedFrom = (text: string): number =>
  1 + (createHash('sha256').update(text).digest().readUInt32BE() % (SEEDS - 1));

/** Whether a profile searches for the best settings of each server. */
export const isTuned = ({ profile }: Pick<PlanOptions, 'profile'>): boolean =>
  'tunes' in profiles[profile];

/** Whether a profile measures how servers hold many models. */
export const isMany = ({ profile }: Pick<PlanOptions, 'profile'>): boolean =>
  'isMany' in profiles[profile];

/** The p99 limits for which a plan searches the highest rate; empty unless its profile searches. */
export const searchedLimits = ({
  profile,
  sloP99Ms = [],
}: Pick<PlanOptions, 'profile' | 'sloP99Ms'>): readonly number[] =>
  'sloP99Ms' in profiles[profile].options && !isTuned({ profile }) ? sloP99Ms : [];

/** Whether a profile finds its rates itself, starting from measurements with virtual users. */
export const findsRates = (profile: ProfileName): boolean =>
  'sloP99Ms' in profiles[profile].options || 'stability' in profiles[profile];

/** Completes plan options: given values come first, then those of the profile, then defaults and a random seed. */
export const resolvePlanOptions = (
  overrides: PlanOverrides,
  where: PlanHost['where'] = 'local',
  runtime: PlanHost['runtime'] = 'simulated',
): PlanOptions => {
  const { profile: name = 'quick', loadGenerator, scenarios, settings } = overrides;
  const { options, onAws, withStarts, withSimulated, withRealServers, stability }: Profile =
    profiles[name];
  return {
    profile: name,
    protocols: ['rest'],
    engine: 'onnx',
    loadGenerator: 'embedded',
    faults: stability === 'faults' ? INJECTED_FAULTS : undefined,
    seed: createSeed(),
    ...options,
    ...(where === 'aws' && onAws),
    ...(where === 'local' && runtime === 'simulated' && withSimulated),
    ...(where === 'local' && runtime !== 'simulated' && withRealServers),
    ...((loadGenerator === 'k6' || scenarios?.includes('cold') || hasSeveral(settings)) &&
      withStarts),
    ...(overrides.repeats !== undefined && { ends: 'with-repeats' as const }),
    ...(overrides.durationSeconds !== undefined && { windows: 'given' as const }),
    ...overrides,
  };
};

/** Whether the user named servings, instead of all or none, so that each of them must take part. */
export const areServingsNamed = ({
  servings,
}: {
  readonly servings?: readonly ServingName[] | undefined;
}): boolean => servings !== undefined && servings.length < servingNames.length;

/** JSON that does not depend on the order of a list. */
const unorderedJson = (value: unknown): string =>
  Array.isArray(value)
    ? JSON.stringify(value.map((item) => JSON.stringify(item)).toSorted())
    : JSON.stringify(value);

/** The names of given options that differ from those of a plan. The order of lists does not matter. */
export const contradictions = (
  overrides: PlanOverrides,
  planned: PlanOptions,
): readonly (keyof PlanOptions)[] =>
  (Object.keys(overrides) as (keyof PlanOptions)[]).filter(
    (option) => unorderedJson(overrides[option]) !== unorderedJson(planned[option]),
  );

/** Whether a load generator can send requests of a protocol straight to the serving; k6 does not support gRPC here. */
export const canBypass = (
  protocol: Protocol,
  loadGenerator: PlanOptions['loadGenerator'] | undefined,
): boolean => protocol === 'rest' || loadGenerator !== 'k6';

interface ProfileDefaults {
  readonly profile: ProfileName;
  /** Empty for simulated servers on this machine; otherwise where the profile has other values. */
  readonly where: '' | 'with real servers' | 'on AWS';
  readonly options: PlanOptions;
}

/** The plan options of each profile. */
export const profileDefaults: readonly ProfileDefaults[] = PROFILE_NAMES.flatMap((profile) => {
  const { withRealServers, withSimulated, onAws }: Profile = profiles[profile];
  const given = { profile, seed: 0 };
  const rows: readonly (ProfileDefaults | undefined)[] = [
    { profile, where: '', options: resolvePlanOptions(given) },
    (withRealServers ?? withSimulated) && {
      profile,
      where: 'with real servers',
      options: resolvePlanOptions(given, 'local', 'venv'),
    },
    onAws && { profile, where: 'on AWS', options: resolvePlanOptions(given, 'aws') },
  ];
  return rows.filter((row) => row !== undefined);
});
