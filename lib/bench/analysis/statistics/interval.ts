/** A range that holds the true figure with the given confidence, as far as the method that made it holds. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** As a share, for instance 0.95. */
  readonly confidence: number;
}

/** A figure with its interval; without one where the repeats are too few. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}
