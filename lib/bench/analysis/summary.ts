import type { Measurement, Level, Scenario, Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import type { AnswerFault, CheckedImage } from '../model/record.ts';
import type { StabilitySummary } from '../stability/summary.ts';
import type { Estimate } from '../stats/interval.ts';
import type { CheckedOutput } from './checked-outputs.ts';
import type { ColdStart } from './cold-starts.ts';
import type { OddImage } from './odd-images.ts';
import type { PairSpread } from './pair-spread.ts';
import type { PlatformUsage } from './platform-usage.ts';
import type { StudyComparison } from './study-comparison.ts';
import type { CheckResult, SummaryRow } from './summary-row.ts';
import type { TimePartName } from './time-parts.ts';
import type {
  HeadlineVerdicts,
  Load,
  LoadVerdicts,
  NoRankingReason,
  Ranking,
} from './verdict-types.ts';
import type { WrongUnderLoad } from './wrong-under-load.ts';

/** Why the trials of a search say nothing more about a target. */
export type SearchReason =
  /** Half of the requests of virtual users took longer than the limit. */
  | { readonly code: 'median-above-limit'; readonly medianMs: number; readonly limitMs: number }
  /** A window holds too few requests at the first rate; windows of `neededSeconds` hold enough. */
  | {
      readonly code: 'short-windows';
      readonly durationSeconds: number;
      readonly ratePerSecond: number;
      readonly neededSeconds: number;
    }
  /** The load generator did not keep up, in its own words. */
  | { readonly code: 'generator-behind'; readonly why: string }
  /** The rig failed a check at the rate where the search ended. */
  | { readonly code: 'failed-check'; readonly result: CheckResult }
  | { readonly code: 'not-confirmed'; readonly trials: number }
  /** The lowest rate that was tried; absent if there was none. */
  | { readonly code: 'none-kept'; readonly lowestPerSecond?: number }
  /** Only some repeats found a rate. */
  | {
      readonly code: 'some-repeats';
      readonly ratesPerSecond: readonly number[];
      readonly repeats: number;
    };

/** The searches of a target within one limit, one a repeat. */
export interface SearchOutcome {
  /**
   * `found`, `none`: whether a rate keeps the limit; `mixed` if only some repeats found one; `no-result`: the trials say nothing about
   * the target; `not-started`: virtual users had no correct answers, or have not run yet.
   */
  readonly state: 'not-started' | 'going-on' | 'found' | 'none' | 'no-result' | 'mixed';
  readonly repeats: number;
  readonly trials: number;
  /** Why there is no rate. */
  readonly reason?: SearchReason;
}

/** The highest rate of a target within a p99 limit: found by a search, or that of the best level. */
export interface SloRate {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly limitMs: number;
  /** `kept`: a rate was shown to keep the limit; `not-kept`: all levels, or all searches, were shown to exceed it; `unknown`: otherwise. */
  readonly state: 'kept' | 'not-kept' | 'unknown';
  /**
   * The level with the highest rate among those that keep the limit, otherwise among those that may keep it, otherwise the level with the
   * smallest share of requests over it. Absent with a search.
   */
  readonly level?: Level;
  /** Absent without a search. */
  readonly search?: SearchOutcome;
  /** Requests that count for the limit, see `RowCounts`, at that level, or at the rates that were found. */
  readonly requests: number;
  /** Of these, requests that took longer or failed. */
  readonly overLimit: number;
  /** Absent, like `p99Ms`, if no rate was shown to keep the limit. */
  readonly requestRatePerSecond?: Estimate;
  /** With a search, the mean of its repeats. */
  readonly p99Ms?: number;
}

/** The price of the machines of a run. */
export interface Price {
  readonly usdPerHour: number;
  /** `list`: list price of a node pair; `given`: by the user. */
  readonly kind: 'list' | 'given';
  readonly region?: string;
  /** When and where list prices were read. */
  readonly date?: string;
  readonly source?: string;
}

/** Costs of a million answers of one target in one scenario, at its highest rate, or at its highest rate within a p99 limit. */
export interface TargetCost {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly level: Level;
  readonly requestRatePerSecond: number;
  readonly p99Ms?: number;
  /** The p99 limit; absent for the highest rate of all levels. */
  readonly limitMs?: number;
  /** Its interval comes from that of the rate. */
  readonly usdPerMillion: Estimate;
}

export interface Costs {
  readonly price: Price;
  readonly targets: readonly TargetCost[];
  /** The lowest cost, within a limit if there is one, and the targets that are not shown to cost more there. */
  readonly cheapest?: { readonly cost: TargetCost; readonly notDearer: readonly Target[] };
  /** Why no target has a cost. */
  readonly unknown?: 'failed-checks' | 'no-rate';
}

/** The target with the highest rate within a p99 limit, among the levels of a scenario, or among the rates that were searched for. */
export interface BestRate {
  readonly limitMs: number;
  readonly scenario: Scenario;
  readonly isSearched: boolean;
  /** Absent if no target was shown to keep the limit. */
  readonly best?: Pick<SloRate, 'target' | 'level' | 'requestRatePerSecond'>;
  /** Why there is none, if that is known. */
  readonly reason?: SearchReason;
}

/** Why a run is not valid. */
export type InvalidReason =
  | { readonly code: 'calibration'; readonly result: CheckResult }
  | {
      readonly code: 'answer-check';
      readonly target: Target;
      readonly engine: Measurement['engine'];
      readonly fault: AnswerFault;
      /** What was wrong, in the words of the record. */
      readonly why?: string;
    }
  | {
      readonly code: 'wrong-under-load';
      readonly fault: AnswerFault;
      readonly targets: readonly Target[];
    }
  /** Requests failed with the no-op backend in so many results. */
  | { readonly code: 'noop-failures'; readonly results: number }
  | { readonly code: 'failed-measurements'; readonly count: number }
  /** `resume` is the command that continues the run. */
  | {
      readonly code: 'cut-off';
      readonly recorded: number;
      readonly planned: number;
      readonly resume: string;
    }
  | {
      readonly code: 'search-cut-off';
      readonly target: Target;
      readonly limitMs: number;
      readonly resume: string;
    }
  | { readonly code: 'no-correct-answer'; readonly target: Target }
  /** Windows of `neededSeconds` are long enough for the fastest answer that is known. */
  | {
      readonly code: 'no-request-ended';
      readonly target: Target;
      readonly windowSeconds: number;
      readonly neededSeconds: number;
    }
  | {
      readonly code: 'failed-checks';
      readonly targets: readonly Target[];
      /** Number of their results, which all fail. */
      readonly results: number;
      /** The failed checks, the most frequent first. */
      readonly checks: readonly { readonly check: string; readonly results: number }[];
      /** One failed result of each check and reason, in the same order. */
      readonly examples: readonly CheckResult[];
    }
  | {
      readonly code: 'search-without-result';
      readonly target: Target;
      readonly why?: SearchReason;
    };

/** Whether the figures of a run can be trusted as a whole. */
export interface Validity {
  readonly valid: boolean;
  /** Why not, the gravest reason first. */
  readonly reasons: readonly InvalidReason[];
  /** The command that repeats failed measurements; absent if there are none. */
  readonly resume?: string;
}

/** What a reader must know to believe the figures. What was not measured is absent. */
export interface Trust {
  /** Targets with an answer check, and those with each fault in their answers, in the check or under load. */
  readonly answers?: {
    readonly targets: number;
    readonly faults: Readonly<Record<AnswerFault, number>>;
  };
  /** What failed although no answer check did. */
  readonly failures?: {
    readonly measurements: number;
    readonly requests: number;
    /** Whether faults were tested, whose failures do not count. */
    readonly areFaultsLeftOut: boolean;
  };
  /** Results, those that fail a check, and the checks that they fail. */
  readonly checks?: {
    readonly results: number;
    readonly failing: number;
    readonly failed: readonly string[];
  };
  /** The largest share of the no-op limit that a result reached, and whether one came too near to it. */
  readonly rig?: { readonly share: number; readonly isNear: boolean };
}

/** Where the last target of a ranking loses most of its time against the first: at the lowest level, where requests wait least. */
export interface WhySlower {
  readonly load: Load;
  readonly faster: Target;
  readonly slower: Target;
  /** Per request. */
  readonly moreMs: number;
  /** The places with most of it; `server`: all its parts together. */
  readonly places: readonly {
    readonly place: TimePartName | 'server' | 'elsewhere';
    readonly moreMs: number;
  }[];
}

/** A step towards a better answer. */
export type NextStep =
  | { readonly code: 'failed-check'; readonly result: CheckResult }
  /** A target whose repeats differ much more than those of the others. */
  | { readonly code: 'restless-target'; readonly target: Target; readonly result: CheckResult }
  /** So many repeats would probably decide the undecided pairs. */
  | { readonly code: 'more-repeats'; readonly pairs: number; readonly repeats: number }
  /** Even the most repeats would hardly decide them. */
  | { readonly code: 'less-noise'; readonly pairs: number };

/** How many rows of a run may be quoted, without no-op limits. */
export interface UsableRows {
  /** Rows with figures and checks. */
  readonly measured: number;
  /** Of these, rows in which no check failed. */
  readonly usable: number;
}

/** The content of `summary.json`. */
export interface Summary {
  readonly format: 2;
  /** True if the run has not ended, so that missing measurements are still to come. */
  readonly isGoingOn?: boolean;
  /** Repeats of the original plan if the time was up before the last one. `plan` has the measured repeats only. */
  readonly plannedRepeats?: number;
  readonly plan: Omit<Plan, 'measurements'> & { readonly measurementCount: number };
  readonly environment: Environment;
  /** When the last measurement ended, ISO 8601; absent if none has. */
  readonly endedAt?: string;
  readonly measurements: {
    readonly completed: number;
    readonly failed: number;
    /** Of the failed ones: not measured because their target failed its answer check. */
    readonly failedAnswerCheck: number;
    readonly missing: number;
  };
  readonly answerChecks: readonly {
    readonly target: Target;
    readonly state: 'passed' | 'failed';
    /** Time of its fastest answer; absent if none came. */
    readonly fastestMs?: number;
    /** The gravest fault of its answers; present if it failed. */
    readonly fault?: AnswerFault;
    readonly reason?: string;
    readonly engine: Measurement['engine'];
    readonly trained: boolean;
    /** Number of images or requests, and those with the correct best class or correct outputs. */
    readonly images: number;
    readonly correct: number;
    /** Largest relative difference of a probability that passes; absent for named tensors. */
    readonly relativeTolerance?: number;
    /** Absent if no probability was compared. */
    readonly largestRelativeDifference?: number;
    /** The images without the correct answer; absent if there are none. */
    readonly wrong?: readonly CheckedImage[];
    /** Named tensors only: for each output, the answer that differs most from the expected one. */
    readonly outputs?: readonly CheckedOutput[];
  }[];
  /** Targets that gave wrong answers under load, or answers that were not understood. Absent if there are none. */
  readonly wrongUnderLoad?: readonly WrongUnderLoad[];
  /** Answers to images that decoders treat differently. Absent if none were sent. */
  readonly oddImages?: readonly OddImage[];
  /** Cold starts by target, in the order of the rows. */
  readonly coldStarts?: readonly ColdStart[];
  /** What the platforms need before their first request; absent if no real platform was started. */
  readonly platformUsage?: readonly PlatformUsage[];
  /** Costs of a million answers by target; absent without a price. */
  readonly costs?: Costs;
  /** The measured targets, and their no-op limits with the engine `noop`. */
  readonly rows: readonly SummaryRow[];
  /** How much the node pairs differ; absent if fewer than two have figures. */
  readonly pairSpread?: readonly PairSpread[];
  /** The rows beside the study of 2021; absent if they have no level in common. */
  readonly study?: StudyComparison;
  /** The requested p99 limits; absent if there are none. */
  readonly sloP99Ms?: readonly number[];
  /** The highest rate of each target within these limits; absent if there are none. */
  readonly sloRates?: readonly SloRate[];
  /** The best of these for each limit; absent if there are none. */
  readonly bestRates?: readonly BestRate[];
  /** Results of the stability tests; absent if there are none. */
  readonly stability?: StabilitySummary;
  /** Whether the run as a whole is valid. Absent while it is going on and nothing is wrong. */
  readonly validity?: Validity;
  /** Whether it found something: a verdict, a rate within a limit, or how stable the targets are. */
  readonly isDecided: boolean;
  /** How many rows pass all checks. A valid run may have few. */
  readonly usableRows: UsableRows;
  /** The verdict on every pair of targets over the whole run; absent for fewer than two targets. */
  readonly headline?: HeadlineVerdicts;
  /** Who is faster than whom; absent if there is no verdict or the run is invalid. */
  readonly ranking?: Ranking;
  /** Why nothing is ranked; absent if the run is invalid. */
  readonly noRanking?: NoRankingReason;
  /** Absent if the ranking does not tell the last target from the first, or a time is not known. */
  readonly whySlower?: WhySlower;
  readonly trust: Trust;
  /** The next steps, the first one first; none if the run is invalid. */
  readonly nextSteps: readonly NextStep[];
  /** The verdicts at each level. */
  readonly verdicts?: readonly LoadVerdicts[];
}
