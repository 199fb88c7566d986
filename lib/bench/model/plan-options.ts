import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Protocol } from '../../../serving-configs/manifest.ts';
import type { Engine, Level, Scenario, Target } from './measurement.ts';
import type { Fault } from './fault.ts';

/** Their values are in `plan/profiles.ts`. */
export const PROFILE_NAMES = [
  'quick',
  'replicate-2021',
  'study-rig',
  'full',
  'slo',
  'stability',
  'soak',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** The load generator of this project, or k6, an external program. */
export const LOAD_GENERATORS = ['embedded', 'k6'] as const;
export type LoadGenerator = (typeof LOAD_GENERATORS)[number];

/** The repeats in which no-op limits are measured. */
export const NOOP_LIMITS = ['each', 'once', 'none'] as const;
export type NoopLimits = (typeof NOOP_LIMITS)[number];

/** Settings of the middleware that a profile changes. Their variables are in the README of `middleware/`. */
export interface MiddlewareSettings {
  /** Regardless of the number of cores. */
  readonly processes: number;
  /** Timeout of an exchange with a serving over REST. */
  readonly restTimeoutMs: number;
  /** Called by a client that blocks its process: it decodes, sends and awaits one request at a time. */
  readonly blockingServings: readonly ServingName[];
  /** Called over a new gRPC connection for each call. */
  readonly channelPerCallServings: readonly ServingName[];
  /** Who chooses the image of each request: the load generator, which sends it, or the middleware, from its own folder. */
  readonly imagesDrawnBy: 'client' | 'middleware';
}

/** All options of a plan, including those that the profile decided. */
export interface PlanOptions {
  readonly profile: ProfileName;
  readonly servings: readonly ServingName[];
  readonly protocols: readonly Protocol[];
  /** Default: those of the profile. */
  readonly payloads?: readonly Target['payload'][];
  /** Default: the default encoding of the serving for each payload. */
  readonly encodings?: readonly Encoding[];
  readonly scenarios: readonly Scenario[];
  readonly levels: readonly Level[];
  readonly repeats: number;
  /** After the start of a serving. Further levels are preceded by a quarter of it. */
  readonly warmupSeconds: number;
  /** Length of the measuring window. */
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  /** `shuffled` keeps a drift of the machine from looking like an effect of the level. */
  readonly levelOrder: 'ascending' | 'shuffled';
  /**
   * When the no-op limit of each target at each level is measured: `each`, in every repeat, under the same conditions as the target even
   * if the machine drifts or pairs share the repeats; `once`, in the first repeat; or `none`.
   */
  readonly noopLimits: NoopLimits;
  /** Requested p99 limits. Reports compare each target with them, and the profile `slo` searches the highest rate within each. */
  readonly sloP99Ms?: readonly number[];
  /** Faults of the profile `stability`, besides `nothing`. Each applies to the targets that can express it. */
  readonly faults?: readonly Fault[];
  readonly engine: Engine;
  readonly loadGenerator: LoadGenerator;
  /** Length of the bypass run of each measurement; 0 for none. */
  readonly bypassSeconds: number;
  /** Time that the engine `delay` takes for a request. It answers one request at a time. */
  readonly delayMs?: number;
  /** Default: the middleware's own settings, and `--processes`. */
  readonly middleware?: MiddlewareSettings;
  readonly seed: number;
}

/** The options of the command line. The profile decides the others. */
export type PlanOverrides = Partial<PlanOptions>;
