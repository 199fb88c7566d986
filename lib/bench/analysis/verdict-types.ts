import type { CheckResult } from './summary-row.ts';
import type { Level, Scenario, Target } from '../model/measurement.ts';
import type { AnswerFault } from '../model/record.ts';
import type { Estimate } from '../stats/interval.ts';
import type { RatioJudgement } from '../stats/judgement.ts';

/** The figure that a verdict compares: the request rate in a closed loop, the median response time in an open loop, whose rate is given. */
export type JudgedFigure = 'request rate' | 'median response time';

/** The figures that a comparison of two runs compares. */
export type ComparedFigure = JudgedFigure | 'p95 response time';

/** Why a row supports no verdict. */
export type RowReason =
  /** What was wrong with the answers of its target, in the answer check or under load. */
  | { readonly code: 'answers'; readonly fault: AnswerFault }
  | { readonly code: 'no-figures' }
  /** In a repeat. */
  | { readonly code: 'no-correct-answer' }
  | { readonly code: 'no-response-times' }
  | { readonly code: 'failed-check'; readonly result: CheckResult }
  | { readonly code: 'failed-requests'; readonly share: number }
  /** Planned requests of an open loop that failed or were not sent. */
  | { readonly code: 'lost-requests'; readonly lost: number; readonly offered: number }
  /** Requests of an open loop queued up. */
  | {
      readonly code: 'queued-requests';
      readonly answeredPerSecond: number;
      readonly offeredPerSecond: number;
    };

/** Why there is no verdict. */
export type WithheldReason =
  /** One of the compared rows supports none. */
  | (RowReason & {
      readonly target: Target;
      /** Which of two compared runs; absent within one run. */
      readonly run?: 'before' | 'after';
    })
  /** Repeats with figures on both sides, and further ones that failed. */
  | { readonly code: 'few-repeats'; readonly repeats: number; readonly failed: number }
  /** A repeat has too few answers for the percentile. */
  | { readonly code: 'few-answers'; readonly answers: number };

/** What the interval of a ratio says about the first target against the second, or why nothing is said. */
export type Judgement =
  | RatioJudgement
  | { readonly kind: 'withheld'; readonly reason: WithheldReason };

/** The verdict on two targets, at one level or over several. */
export interface Verdict {
  readonly first: Target;
  readonly second: Target;
  /** How the first compares with the second. */
  readonly judgement: Judgement;
  /**
   * First ÷ second, as the geometric mean over the repeats. The faster target has the higher request rate, or the lower median response
   * time. Absent if the verdict is withheld.
   */
  readonly ratio?: Estimate;
  /** Number of repeats with figures of both targets; of the level with the fewest if there are several. */
  readonly repeats: number;
  /**
   * Repeats that would probably (80 %) tell which target is faster, or that they are equal, if ratio and noise are as measured. Absent if
   * the pair is decided, if the verdict is withheld, and above 100.
   */
  readonly repeatsToDecide?: number;
  /** Headline only: the levels at which the slower target won, which a mean would hide. Absent if there are none. */
  readonly reversedAt?: readonly Load[];
}

/** Verdicts that are made together and share one probability of error. */
export interface VerdictFamily {
  /** The figure that they compare. */
  readonly figure: JudgedFigure;
  readonly verdicts: readonly Verdict[];
}

/** A level in a scenario. */
export interface Load {
  readonly scenario: Scenario;
  readonly level: Level;
}

/** The verdicts at one level. */
export interface LoadVerdicts extends VerdictFamily, Load {}

/**
 * The verdicts over the whole run, one for each pair: over all closed loops, or all open loops if there are no others. A pair is compared
 * at the levels at which both targets support a verdict.
 */
export interface HeadlineVerdicts extends VerdictFamily {
  readonly loads: readonly Load[];
}

/** How many times as fast a target is as another, as an interval that holds for all pairs together. */
export interface Lead {
  readonly least: number;
  readonly most: number;
}

export interface RankedTarget {
  readonly target: Target;
  /** The ranks that its verdicts allow: 2 to 3 if it cannot be told apart from one other target. */
  readonly ranks: { readonly best: number; readonly worst: number };
  /** How it compares with the baseline; absent for the baseline itself, and without a verdict on the two. */
  readonly againstBaseline?: {
    readonly judgement: Judgement['kind'];
    readonly timesAsFast: Lead;
  };
}

/** What a ranking shows, the strongest of these that holds. */
export type RankingFinding =
  /** The first target is the fastest. */
  | { readonly code: 'fastest' }
  /** One target is the slowest; the others are so many times as fast. */
  | { readonly code: 'slowest'; readonly target: Target; readonly timesAsFast: Lead }
  | { readonly code: 'all-equal' }
  /** The decided pair with the fastest targets. */
  | { readonly code: 'decided-pair'; readonly faster: Target; readonly slower: Target }
  | { readonly code: 'none-faster' };

/** Why nothing is ranked. */
export type NoRankingReason =
  /** The most frequent reason for which verdicts are withheld. */
  | { readonly code: 'withheld'; readonly reason: WithheldReason }
  | { readonly code: 'one-target' | 'noop-backend' | 'no-common-level' };

/** The targets of a run by their speed over all levels. */
export interface Ranking {
  /** What decides. */
  readonly figure: JudgedFigure;
  /** The levels that have verdicts: if every result at a level fails a check, the level is left out. */
  readonly loads: readonly Load[];
  /** Number of levels, including those left out. */
  readonly allLoads: number;
  /** Whether some of the verdicts rest on fewer levels than others. */
  readonly isUneven: boolean;
  /** Repeats per level and verdict. */
  readonly repeats: { readonly least: number; readonly most: number };
  /** Whether a verdict tells any two targets apart. */
  readonly isDecided: boolean;
  readonly finding: RankingFinding;
  /** With which target the others are compared: the slowest or, if none is known to be the slowest, the first one. */
  readonly baseline: Target;
  /** The fastest first; targets that no verdict tells apart are in the order of their figures at the highest level. */
  readonly judged: readonly RankedTarget[];
  /** Targets without a verdict. */
  readonly unjudged: readonly Target[];
}
