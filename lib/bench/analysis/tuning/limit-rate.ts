import { meanOf, varianceOf } from '../../stats/moments.ts';

/** A rate at which requests were sent, and how many of them took longer than a limit. */
export interface TriedRate {
  readonly ratePerSecond: number;
  readonly requests: number;
  /** Requests without a correct answer within the limit. */
  readonly overLimit: number;
}

/** At a p99 limit, this share of the requests takes longer. */
const SHARE = 0.01;

/** Whether p99 was within the limit. */
export const isKept = ({ requests, overLimit }: TriedRate): boolean =>
  overLimit <= SHARE * requests;

/**
 * A step up is this share of a step down. With equal steps, half of the trials at the end would keep the limit. Late requests come in bursts, so
 * that of short windows most have few of them and some have many, and that rate is 2 to 7 % above the one at which one per cent of all requests is
 * late. With these steps five of eight trials keep the limit.
 */
const UP_SHARE = 0.6;

/** How trials approach the limit. */
export interface Staircase {
  readonly trials: number;
  /** Down, of the logarithm of the rate. */
  readonly firstStep: number;
}

/** From a rate of virtual users, which says little about random arrivals. */
export const SEARCH: Staircase = { trials: 4, firstStep: 0.25 };

/** From a rate that was found before. */
export const FINAL: Staircase = { trials: 3, firstStep: 0.12 };

/** Three digits are finer than any staircase and give readable ids. */
const rounded = (rate: number): number => Number(rate.toPrecision(3));

/**
 * Where a staircase stands: each trial that keeps the limit raises the rate, each that misses it lowers it, and the step is halved where the
 * direction turns. So a trial that a disturbance spoils moves the end by a step, and a search that begins too low or too high gets away from there.
 *
 * Source: the weighted up-and-down method of C. Kaernbach, 1991.
 */
export const standingRate = (
  { firstStep }: Staircase,
  startRate: number,
  trials: readonly TriedRate[],
): number => {
  let rate = startRate;
  let step = firstStep;
  let wasKept: boolean | undefined;
  for (const trial of trials) {
    const kept = isKept(trial);
    if (wasKept !== undefined && kept !== wasKept) step /= 2;
    rate *= Math.exp(kept ? UP_SHARE * step : -step);
    wasKept = kept;
  }
  return rate;
};

/** The rate of the next trial, from the trials so far alone, so that a run that was cut off continues where it stopped; undefined if there are enough. */
export const nextRate = (
  staircase: Staircase,
  startRate: number,
  trials: readonly TriedRate[],
): number | undefined =>
  trials.length >= staircase.trials
    ? undefined
    : rounded(standingRate(staircase, startRate, trials));

/** The rate at which p99 is the limit. */
export interface LimitRate {
  readonly ratePerSecond: number;
  /** Of its logarithm; undefined after a single repeat. */
  readonly standardError: number | undefined;
}

/** The standard error at least: a window of some seconds sees a queue that has not settled, and a share of 1 % of few requests is coarse. */
const LEAST_ERROR = 0.02;

/**
 * The rate at which p99 is the limit: the geometric mean of where the repeats ended. Its standard error comes from how much these differ, so
 * that it holds what starts of the server and the machine bring about.
 *
 * @param rates where each repeat ended
 * @returns undefined for no repeats
 */
export const limitRateOf = (rates: readonly number[]): LimitRate | undefined => {
  if (rates.length === 0) return undefined;
  const logRates = rates.map(Math.log);
  return {
    ratePerSecond: Math.exp(meanOf(logRates)),
    standardError:
      rates.length === 1
        ? undefined
        : Math.hypot(Math.sqrt(varianceOf(logRates) / rates.length), LEAST_ERROR),
  };
};
