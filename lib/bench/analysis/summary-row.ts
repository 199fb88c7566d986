import type { FailureClass } from '../model/load-result.ts';
import type { Measurement, Level, Target, Scenario } from '../model/measurement.ts';
import type { Estimate } from '../stats/interval.ts';
import type { NodeUse } from './node-use.ts';
import type { TimeParts } from './time-parts.ts';

/** What a check found besides its figure, by name: times in milliseconds, shares of 1. */
export type Fact = string | number | boolean | undefined | readonly Fact[] | FactsByName;
export interface FactsByName {
  readonly [name: string]: Fact;
}

/** The result of a check on a row, or on a run. Its words are those of the check, see `checks/checks.ts`. */
export interface CheckResult<Facts = FactsByName> {
  readonly check: string;
  /**
   * `warned`: reported, but verdicts stand; `unknown`: the run lacks the figure; `not-applicable`: the question does not arise, such as
   * the schedule of a closed loop.
   */
  readonly state: 'passed' | 'failed' | 'warned' | 'unknown' | 'not-applicable';
  /** Which of several reasons for the state holds: `no-bypass-run`. */
  readonly reason?: string;
  /** The node pair of a calibration; absent on a single machine. */
  readonly pair?: number;
  /** The repeat that fails, if all repeats together pass. */
  readonly repeat?: number;
  /** The measured value, in the unit of the check. */
  readonly figure?: number;
  /** The limit, in the same unit. */
  readonly limit?: number;
  readonly facts?: Facts;
}

/** How close a target came to the limit of the rig. */
export interface NoopLimit {
  /** Of the no-op backend, over all its repeats. */
  readonly requestRatePerSecond: number;
  /** Request rate of the row ÷ that of the no-op backend, each over all repeats. */
  readonly share: number;
  /** Whether the share of the worst repeat is so large that the rig may have been the limit. */
  readonly near: boolean;
  /** The repeat with the largest share, and the no-op rate that it is compared with. */
  readonly worst: {
    readonly repeat: number;
    readonly share: number;
    readonly requestRatePerSecond: number;
  };
}

/** The same load without the middleware, over all repeats with a bypass run; see `CompletedBypassRun`. */
export interface Bypass {
  readonly repeats: number;
  readonly requestRatePerSecond: number;
  /** Request rate through the middleware ÷ that of the bypass runs, over these repeats. */
  readonly share: number;
  readonly p50Ms: number;
  /** Absent if there are too few answers to claim it. */
  readonly p99Ms?: number;
  readonly failed: number;
  /** False if the load generator was the limit in a bypass run, so that the true share is lower. */
  readonly keptUp: boolean;
}

/** A bypass run without figures. */
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
  /** Number of repeats with figures. */
  readonly repeats: number;
  /** Number of repeats in the plan. */
  readonly plannedRepeats: number;
  /** Repeats without figures, with their reasons. */
  readonly failedRepeats: readonly { readonly repeat: number; readonly message: string }[];
  /** Correct answers in the windows ÷ their length, over all repeats. Absent, like all below, if no repeat has figures. */
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
  /** Planned requests that could not be sent. 0 in a closed loop. */
  readonly unsent?: number;
  /** Length of all measuring windows together. */
  readonly measuredSeconds?: number;
  /** Where the time of an average request goes. Absent if the middleware reported nothing. */
  readonly timeParts?: TimeParts;
  readonly middlewareCpuMsPerRequest?: number;
  readonly generatorCpuMsPerRequest?: number;
  /** Absent if the system does not report it. */
  readonly servingCpuMsPerRequest?: number;
  /** Resource use of the nodes of a pair in the windows. A node without samples is absent. */
  readonly nodes?: { readonly serving?: NodeUse; readonly middleware?: NodeUse };
  /** Absent if no no-op limit was measured. */
  readonly noopLimit?: NoopLimit;
  /** Absent if no bypass run has figures. */
  readonly bypass?: Bypass;
  /** Absent if there are none. */
  readonly bypassFailures?: readonly BypassFailure[];
  /** Mean of the repeats' medians, the figure of the study of 2021. */
  readonly averageOfMediansMs?: number;
  /** Repeats whose rate or response time still changed at the end of the window. The figures include them. */
  readonly unsteadyRepeats?: readonly number[];
  /** Price per hour ÷ answers per hour × 10⁶; absent without a price, for no-op limits, and if a check failed. */
  readonly usdPerMillion?: number;
  /** All checks, in their order. Absent for rows without figures and for no-op limits. */
  readonly checks?: readonly CheckResult[];
}
