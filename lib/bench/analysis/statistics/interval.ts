/** A range that holds the true figure with the given confidence, as far as the method that made it holds. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** As a share, for instance 0.95. */
  readonly confidence: number;
  /** `student-t`: see `jackknife.ts`; `bootstrap`: see `rate-bootstrap.ts`; `binomial`: see `percentile-interval.ts`. */
  readonly method?: 'student-t' | 'bootstrap' | 'binomial';
}

/** A figure with its interval; without one where the repeats are too few. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}

/** The confidence of every interval of the summary. */
export const INTERVAL_CONFIDENCE = 0.95;
