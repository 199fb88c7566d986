import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../errors.ts';
import type { LoadEngine } from '../load/load-engine.ts';
import { createSeed } from './create-seed.ts';
import type { Engine, Level, Scenario } from './cell.ts';
import type { MiddlewareSettings } from './middleware-settings.ts';
import type { PlanPlace } from './plan.ts';
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
  /** Bounds of p99 in milliseconds: of each path the highest rate within each of them is searched. Absent: none is. */
  readonly sloP99Ms?: readonly number[];
  /** Cells that are not worth their time are left out, see `stopping/`. Absent: all of them are measured. */
  readonly stopEarly?: boolean;
  readonly engine: Engine;
  /** What sends the requests. Absent in plans made before there was a choice: the embedded one. */
  readonly loadEngine?: LoadEngine;
  /** Length of the direct check of each measured cell; 0: none. Absent in plans made before there was one. */
  readonly directSeconds?: number;
  /** With the engine `delay`: what an answer takes, one request at a time. */
  readonly delayMs?: number;
  /** How the middleware is set; absent: as it is by itself, and as `--processes` says. */
  readonly middleware?: MiddlewareSettings;
  readonly seed: number;
}

/** What the command line said, and nothing for what it left to the profile. */
export type PlanOverrides = Partial<PlanOptions>;

const demandSearchProfile = (name: ProfileName, { sloP99Ms }: PlanOverrides): void => {
  if (name === 'slo' || sloP99Ms === undefined) return;
  throw new BenchError('BENCH_USAGE', `--slo-p99-ms is for --profile slo, not for ${name}`, {
    hint: 'add --profile slo',
  });
};

/**
 * The options of a plan: what was said, then the profile, for where it runs, then a drawn seed.
 *
 * @throws BenchError where bounds of a search were said for another profile.
 */
export const resolvePlanOptions = (
  overrides: PlanOverrides,
  where: PlanPlace['where'] = 'local',
): PlanOptions => {
  const name = overrides.profile ?? 'quick';
  const profile: Profile = profiles[name];
  const { stopEarly = profile.stopEarly, ...said } = overrides;
  demandSearchProfile(name, overrides);
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
    levelOrder: stopEarly ? 'ends-first' : profile.levelOrder,
    ceilings: profile.ceilings[where],
    engine: 'onnx',
    loadEngine: 'embedded',
    directSeconds: profile.directSeconds[where],
    ...(profile.middleware === undefined ? {} : { middleware: profile.middleware }),
    ...(profile.sloP99Ms === undefined ? {} : { sloP99Ms: profile.sloP99Ms }),
    seed: createSeed(),
    ...said,
    // No key where it is off, as in plans made before there was a choice.
    ...(stopEarly ? { stopEarly } : {}),
  };
};

/** Whether servings were named one by one, so that each of them must take part. */
export const areServingsNamed = ({ servings }: PlanOverrides): boolean =>
  servings !== undefined && servings.length < servingNames.length;

/** The load engine of a plan; see `PlanOptions.loadEngine`. */
export const loadEngineOf = (options: Pick<PlanOptions, 'loadEngine'> | undefined): LoadEngine =>
  options?.loadEngine ?? 'embedded';

/** Seconds of the direct check of a plan; see `PlanOptions.directSeconds`. */
export const directSecondsOf = ({
  directSeconds = 0,
}: Pick<PlanOptions, 'directSeconds'>): number => directSeconds;

const inOrder = (value: unknown): string =>
  Array.isArray(value)
    ? JSON.stringify(value.map((item) => JSON.stringify(item)).toSorted())
    : JSON.stringify(value);

/** The options that were said and are not those of the plan that was made; lists in any order are the same. */
export const contradictions = (
  said: PlanOverrides,
  planned: PlanOptions,
): readonly (keyof PlanOptions)[] => {
  const known: PlanOptions = {
    ...planned,
    loadEngine: loadEngineOf(planned),
    directSeconds: directSecondsOf(planned),
    stopEarly: planned.stopEarly ?? false,
  };
  return (Object.keys(said) as (keyof PlanOptions)[]).filter(
    (option) => inOrder(said[option]) !== inOrder(known[option]),
  );
};
