import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Protocol } from '../../../serving-configs/manifest.ts';
import type { Engine, Level, Scenario, Target } from './measurement.ts';
import type { Fault } from './fault.ts';

/** `plan/profiles.ts` says what each is made of. */
export const PROFILE_NAMES = [
  'quick',
  'published',
  'parity',
  'full',
  'slo',
  'stability',
  'soak',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What sends the requests: this project's own engine, or k6, which is an external program. */
export const LOAD_GENERATORS = ['embedded', 'k6'] as const;
export type LoadGenerator = (typeof LOAD_GENERATORS)[number];

/** Which repeats have no-op limits. */
export const NOOP_LIMITS = ['each', 'once', 'none'] as const;
export type NoopLimits = (typeof NOOP_LIMITS)[number];

/** Middleware settings that a profile changes; the variables are in the README of `middleware/`. */
export interface MiddlewareSettings {
  /** Whatever the number of cores. */
  readonly processes: number;
  /** The longest exchange with a serving over REST. */
  readonly restTimeoutMs: number;
  /** Asked by a client that blocks its process: one request is decoded, sent and awaited at a time. */
  readonly blockingServings: readonly ServingName[];
  /** Asked over a gRPC connection that is opened for each call. */
  readonly channelPerCallServings: readonly ServingName[];
  /** Who draws the image of each request: the load generator, which then sends it, or the middleware from its own folder. */
  readonly imagesDrawnBy: 'client' | 'middleware';
}

/** All options of a plan, with the profile's values filled in; kept in `plan.json`. */
export interface PlanOptions {
  readonly profile: ProfileName;
  readonly servings: readonly ServingName[];
  readonly protocols: readonly Protocol[];
  /** Undefined: those of the profile. */
  readonly payloads?: readonly Target['payload'][];
  /** Undefined: of each payload the serving's default. */
  readonly encodings?: readonly Encoding[];
  readonly scenarios: readonly Scenario[];
  readonly levels: readonly Level[];
  readonly repeats: number;
  /** After the start of a serving; a quarter of it before further levels. */
  readonly warmupSeconds: number;
  /** Length of the measuring window. */
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  /** `shuffled` guards against drift that would look like an effect of the level. */
  readonly levelOrder: 'ascending' | 'shuffled';
  /**
   * The no-op limit of each target at each level: `each`, in every repeat, so that target and no-op limit saw the same machine even
   * if it drifts or pairs share the repeats; `once`, in the first one; or `none`.
   */
  readonly noopLimits: NoopLimits;
  /**
   * Bounds of p99 in milliseconds that the user asked for: outputs compare each target with them. A profile that searches also
   * looks for the highest rate of each target within each of them. Absent: none were asked for.
   */
  readonly sloP99Ms?: readonly number[];
  /** What is done to each target that can express it, beside `nothing`; absent unless the profile is `stability`. */
  readonly faults?: readonly Fault[];
  readonly engine: Engine;
  /** What sends the requests. */
  readonly loadGenerator: LoadGenerator;
  /** Length of the bypass run of each measurement; 0: none. */
  readonly bypassSeconds: number;
  /** With the engine `delay`: what an answer takes, one request at a time. */
  readonly delayMs?: number;
  /** How the middleware is set; absent: as it is by itself, and as `--processes` says. */
  readonly middleware?: MiddlewareSettings;
  readonly seed: number;
}

/** The options given on the command line; the profile decides the others. */
export type PlanOverrides = Partial<PlanOptions>;
