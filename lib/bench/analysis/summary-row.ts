import type { FailureClass } from '../model/load-result.ts';
import type { Measurement, Level, Target, Scenario } from '../model/measurement.ts';
import type { Estimate } from '../stats/interval.ts';
import type { CheckResult } from './checks/check.ts';
import type { NodeUse } from './node-use.ts';
import type { TimeParts } from './time-parts.ts';

/** How close a target came to what the rig can handle. */
export interface NoopLimit {
  /** Of all its repeats. */
  readonly requestRatePerSecond: number;
  /** Request rate of the row ÷ that of its no-op limit, each over all its repeats. */
  readonly share: number;
  /** Whether the share of the worst repeat is so large that the rig, not the serving, may have been measured. */
  readonly near: boolean;
  /** The repeat with the largest share, and the rate that it is compared with. */
  readonly worst: {
    readonly repeat: number;
    readonly share: number;
    readonly requestRatePerSecond: number;
  };
}

/** The same load without the middleware, over all repeats that have it; see `CompletedBypassRun`. */
export interface Bypass {
  readonly repeats: number;
  readonly requestRatePerSecond: number;
  /** Request rate through the middleware ÷ that of the bypass run, of these repeats. */
  readonly share: number;
  readonly p50Ms: number;
  /** Absent if too few answers claim it. */
  readonly p99Ms?: number;
  readonly failed: number;
  /** False if the load generator was the limit in one of them: then the true share is lower. */
  readonly keptUp: boolean;
}

/** A bypass run that gave no figures. */
export interface BypassFailure {
  readonly repeat: number;
  readonly reason: string;
}

/** All repeats of one target, engine, scenario and level. */
export interface SummaryRow {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly level: Level;
  /** Repeats with figures. */
  readonly repeats: number;
  /** Repeats in the plan. */
  readonly plannedRepeats: number;
  /** Repeats without figures, with their reasons. */
  readonly failedRepeats: readonly { readonly repeat: number; readonly message: string }[];
  /** Correct answers inside the windows ÷ measuring time, over all repeats. Absent, like all below, if no repeat gave figures. */
  readonly requestRatePerSecond?: Estimate;
  /** Percentiles of all answers; absent if there are too few to claim them, see `stats/percentile-claim.ts`. */
  readonly p50Ms?: Estimate;
  readonly p95Ms?: Estimate;
  readonly p99Ms?: Estimate;
  readonly p999Ms?: Estimate;
  readonly meanMs?: number;
  readonly failedShare?: number;
  readonly failures?: Readonly<Partial<Record<FailureClass, number>>>;
  readonly succeeded?: number;
  readonly failed?: number;
  /** Requests planned in the windows (open loop) or sent in them (closed loop). */
  readonly offered?: number;
  /** Planned requests that could not be sent; open loop only. */
  readonly unsent?: number;
  /** Requests without an answer when the load ended. */
  readonly unfinished?: number;
  /** Length of all measuring windows together. */
  readonly measuredSeconds?: number;
  /** What middleware and serving report, as parts that add up. Absent if the middleware reported nothing. */
  readonly timeParts?: TimeParts;
  readonly middlewareCpuMsPerRequest?: number;
  readonly generatorCpuMsPerRequest?: number;
  /** Absent if the system does not tell. */
  readonly servingCpuMsPerRequest?: number;
  /** What the nodes of a pair used in the windows; only on AWS. A node without samples is absent. */
  readonly nodes?: { readonly serving?: NodeUse; readonly middleware?: NodeUse };
  /** What the rig handles on this target with the no-op backend; absent if that was not measured. */
  readonly noopLimit?: NoopLimit;
  /** Absent if the plan has no bypass runs, or none gave figures. */
  readonly bypass?: Bypass;
  /** Absent if there are none. */
  readonly bypassFailures?: readonly BypassFailure[];
  /** What the study printed: the mean over repeats of each repeat's median. */
  readonly averageOfMediansMs?: number;
  /** Numbers of the repeats whose rate or latency still changed at the end of the window. They stay in the figures. */
  readonly unsteadyRepeats?: readonly number[];
  /** Price per hour ÷ answers per hour × 10⁶; absent without a price, for no-op limits, and if a check failed. */
  readonly usdPerMillion?: number;
  /** All checks, in their order. Absent for rows without figures and for no-op limits. */
  readonly checks?: readonly CheckResult[];
}
