import type { SloTrial } from './judge-trial.ts';
import { MOST_TRIALS } from '../../plan/slo/search.ts';

/** The search ends where the lowest rate that is not carried is at most so much above the highest that is. */
export const BRACKET_SHARE = 0.05;

/** The first rate as a share of what a closed loop got. */
const FIRST_SHARE = 0.7;
const GROWTH = 1.5;
const SHRINKAGE = 0.4;

/** How far a search is. */
export interface SearchState {
  /** The highest rate that was carried, below the lowest that was not. */
  readonly highestValid?: SloTrial;
  readonly lowestInvalid?: SloTrial;
  /** The rate to be tried next; absent where the search is over. */
  readonly next?: number;
  /**
   * How it ended; absent while it goes on. `unreachable`: none that the search tries is carried, and it tries none below the
   * lowest rate; `given-up`: it took too many trials.
   */
  readonly end?: 'found' | 'unreachable' | 'given-up';
}

/** Three digits are finer than the bracket and make readable ids. */
const rounded = (rate: number): number => Number(rate.toPrecision(3));

const least = (trials: readonly SloTrial[]): SloTrial | undefined =>
  trials.reduce<SloTrial | undefined>(
    (best, one) => (best !== undefined && best.ratePerSecond <= one.ratePerSecond ? best : one),
    undefined,
  );

const greatest = (trials: readonly SloTrial[]): SloTrial | undefined =>
  trials.reduce<SloTrial | undefined>(
    (best, one) => (best !== undefined && best.ratePerSecond >= one.ratePerSecond ? best : one),
    undefined,
  );

const nextOf = (
  valid: number | undefined,
  invalid: number | undefined,
  { firstRate, lowestRate }: SearchBounds,
): number => {
  if (valid === undefined && invalid === undefined) return Math.max(firstRate, lowestRate);
  if (invalid === undefined) return (valid ?? 0) * GROWTH;
  return valid === undefined
    ? Math.max(invalid * SHRINKAGE, lowestRate)
    : Math.sqrt(valid * invalid);
};

/** Where a search begins, and below what it does not go, in requests a second. */
export interface SearchBounds {
  readonly firstRate: number;
  readonly lowestRate: number;
}

/** The rate of a search's first trial, from what a closed loop on the same path got. */
export const firstRateOf = (closedLoopRate: number): number => closedLoopRate * FIRST_SHARE;

/** What a search goes on to, where its first rate is not carried. */
export const secondRateOf = (firstRate: number): number => firstRate * SHRINKAGE;

/**
 * The state of a search after some trials: first a bracket, by growing from what was carried or shrinking from what was not,
 * then bisection at the geometric mean. Where noise made a higher rate valid than an invalid one, the lower counts: the
 * highest valid rate is sought below the lowest invalid one. Pure.
 */
export const searchState = (trials: readonly SloTrial[], bounds: SearchBounds): SearchState => {
  const lowestInvalid = least(trials.filter(({ valid }) => !valid));
  const highestValid = greatest(
    trials.filter(
      ({ valid, ratePerSecond }) =>
        valid && (lowestInvalid === undefined || ratePerSecond < lowestInvalid.ratePerSecond),
    ),
  );
  const found = {
    ...(highestValid === undefined ? {} : { highestValid }),
    ...(lowestInvalid === undefined ? {} : { lowestInvalid }),
  };
  const [valid, invalid] = [highestValid?.ratePerSecond, lowestInvalid?.ratePerSecond];
  if (valid !== undefined && invalid !== undefined && invalid <= valid * (1 + BRACKET_SHARE)) {
    return { ...found, end: 'found' };
  }
  const rate = nextOf(valid, invalid, bounds);
  const next = rounded(rate);
  if (valid === undefined && invalid !== undefined && next >= invalid) {
    return { ...found, end: 'unreachable' };
  }
  return trials.length >= MOST_TRIALS ? { ...found, end: 'given-up' } : { ...found, next };
};
