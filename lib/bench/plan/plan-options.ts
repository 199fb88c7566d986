import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../../serving-configs/manifest.ts';
import type { LoadEngine } from '../model/load-engine.ts';
import { createSeed } from './create-seed.ts';
import type { Engine, Level, Scenario } from '../model/cell.ts';
import type { MiddlewareSettings } from '../model/middleware-settings.ts';
import type { PlanPlace } from '../model/plan.ts';
import { profiles, type Profile, type ProfileName } from './profiles.ts';

/** Which repeats have ceilings. */
export const CEILINGS = ['each', 'once', 'none'] as const;
export type Ceilings = (typeof CEILINGS)[number];

/** All that shapes a plan, with nothing left open; kept in `plan.json`. */
export interface PlanOptions {
  readonly profile: ProfileName;
  readonly servings: readonly ServingName[];
  readonly protocols: readonly Protocol[];
  /** Undefined: those of the profile. */
  readonly payloads?: readonly Payload[];
  /** Undefined: of each payload the serving's default. */
  readonly encodings?: readonly Encoding[];
  readonly scenarios: readonly Scenario[];
  readonly levels: readonly Level[];
  readonly repeats: number;
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  readonly levelOrder: Profile['levelOrder'];
  /**
   * The null ceiling of each path at each level: `each`, in every repeat, so that path and ceiling saw the same machine, also
   * where it drifts or where pairs share the repeats; `once`, in the first one; or `none`.
   */
  readonly ceilings: Ceilings;
  /**
   * Bounds of p99 in milliseconds that somebody wants kept: outputs hold each path against them. With a profile that searches,
   * of each path the highest rate within each of them is searched, too. Absent: nobody said any.
   */
  readonly sloP99Ms?: readonly number[];
  readonly engine: Engine;
  /** What sends the requests. */
  readonly loadEngine: LoadEngine;
  /** Length of the direct check of each measured cell; 0: none. */
  readonly directSeconds: number;
  /** With the engine `delay`: what an answer takes, one request at a time. */
  readonly delayMs?: number;
  /** How the middleware is set; absent: as it is by itself, and as `--processes` says. */
  readonly middleware?: MiddlewareSettings;
  readonly seed: number;
}

/** What the command line said, and nothing for what it left to the profile. */
export type PlanOverrides = Partial<PlanOptions>;

/** The bounds within which a plan searches rates: its own, where its profile searches; else none. */
export const searchedBounds = ({
  profile,
  sloP99Ms = [],
}: Pick<PlanOptions, 'profile' | 'sloP99Ms'>): readonly number[] =>
  'sloP99Ms' in profiles[profile] ? sloP99Ms : [];

/** The options of a plan: what was said, then the profile, for where it runs, then a drawn seed. */
export const resolvePlanOptions = (
  overrides: PlanOverrides,
  where: PlanPlace['where'] = 'local',
): PlanOptions => {
  const name = overrides.profile ?? 'quick';
  const profile: Profile = profiles[name];
  return {
    profile: name,
    servings: profile.servings,
    protocols: ['rest'],
    scenarios: profile.scenarios,
    levels: profile.levels,
    repeats: profile.repeats,
    warmupSeconds: profile.warmupSeconds,
    durationSeconds: profile.durationSeconds,
    timeoutMs: profile.timeoutMs,
    levelOrder: profile.levelOrder,
    ceilings: profile.ceilings[where],
    engine: 'onnx',
    loadEngine: 'embedded',
    directSeconds: profile.directSeconds[where],
    ...(profile.middleware === undefined ? {} : { middleware: profile.middleware }),
    ...(profile.sloP99Ms === undefined ? {} : { sloP99Ms: profile.sloP99Ms }),
    seed: createSeed(),
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

/** The options that were said and are not those of the plan that was made; lists in any order are the same. */
export const contradictions = (
  said: PlanOverrides,
  planned: PlanOptions,
): readonly (keyof PlanOptions)[] => {
  return (Object.keys(said) as (keyof PlanOptions)[]).filter(
    (option) => inOrder(said[option]) !== inOrder(planned[option]),
  );
};
