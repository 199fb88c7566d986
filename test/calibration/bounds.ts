import type { KnownLatency } from './known-latency.ts';

/** Least and greatest value that a right measurement may give. */
export type Bounds = readonly [number, number];

/** What the engine may be off by where sampling gives no reason to be. */
const TOLERANCE = 0.02;
/** A right engine falls outside this many standard errors once in 16,000 figures. */
const STANDARD_ERRORS = 4;

/** 2 % around the value, or the sampling error where that is larger. */
export const around = (value: number, standardError: number): Bounds => {
  const slack = Math.max(TOLERANCE * value, STANDARD_ERRORS * standardError);
  return [value - slack, value + slack];
};

/** A mean over `count` samples. */
export const meanBounds = ({ meanMs, deviationMs }: KnownLatency, count: number): Bounds =>
  around(meanMs, deviationMs / Math.sqrt(count));

/**
 * A percentile of `count` samples: the number of samples below the true quantile is binomial, so the measured one lies
 * between the true quantiles of the shares that many standard errors away.
 */
export const quantileBounds = (latency: KnownLatency, share: number, count: number): Bounds => {
  const slack = STANDARD_ERRORS * Math.sqrt((share * (1 - share)) / count);
  const value = latency.quantileMs(share);
  return [
    Math.min(value * (1 - TOLERANCE), latency.quantileMs(share - slack)),
    Math.max(value * (1 + TOLERANCE), latency.quantileMs(share + slack)),
  ];
};

/**
 * The rate of a closed loop: N users, each a renewal process with the latency as its gap, so that the count over a long
 * time has the variance `count × (deviation ÷ mean)²`.
 */
export const closedRateBounds = (
  { meanMs, deviationMs }: KnownLatency,
  virtualUsers: number,
  seconds: number,
): Bounds => {
  const rate = (virtualUsers * 1000) / meanMs;
  return around(rate, (deviationMs / meanMs) * Math.sqrt(rate / seconds));
};

/** A share that comes out of `count` draws. */
export const shareBounds = (share: number, count: number): Bounds =>
  around(share, Math.sqrt((share * (1 - share)) / count));
