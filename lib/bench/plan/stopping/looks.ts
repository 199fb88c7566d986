/** Fewer repeats than these stop nothing: they tell too little of the noise between repeats. */
export const LEAST_REPEATS = 3;

/**
 * How often a series is looked at before its last repeat: after the third, the fourth and so on. After the last there is
 * nothing left to stop.
 */
export const looksOf = (plannedRepeats: number): number =>
  Math.max(0, plannedRepeats - LEAST_REPEATS);

/**
 * The error that one look may spend, by Bonferroni's inequality over looks: however often a series is looked at, the chance
 * that any look is wrong is at most `error`.
 */
export const errorPerLook = (error: number, plannedRepeats: number): number =>
  error / Math.max(1, looksOf(plannedRepeats));
