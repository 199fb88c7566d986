/** A latency distribution with known figures, in milliseconds. */
export interface KnownLatency {
  /** The latency in the options of the delay engine. */
  readonly options: object;
  readonly meanMs: number;
  readonly deviationMs: number;
  /** The latency below which this share of requests lies; shares are limited to 0 to 1. */
  readonly quantileMs: (share: number) => number;
}

export const constant = (ms: number): KnownLatency => ({
  options: { kind: 'constant', ms },
  meanMs: ms,
  deviationMs: 0,
  quantileMs: () => ms,
});

export const exponential = (meanMs: number): KnownLatency => ({
  options: { kind: 'exponential', meanMs },
  meanMs,
  deviationMs: meanMs,
  quantileMs: (share) => -meanMs * Math.log1p(-Math.min(1, Math.max(0, share))),
});

export const bimodal = (fastMs: number, slowMs: number, slowShare: number): KnownLatency => ({
  options: { kind: 'bimodal', fastMs, slowMs, slowShare },
  meanMs: fastMs + (slowMs - fastMs) * slowShare,
  deviationMs: (slowMs - fastMs) * Math.sqrt(slowShare * (1 - slowShare)),
  quantileMs: (share) => (share <= 1 - slowShare ? fastMs : slowMs),
});

/** Smallest and largest value that an accurate measurement may give. */
export type Bounds = readonly [number, number];

/** Allowed relative error in addition to sampling. */
const TOLERANCE = 0.02;
/** An accurate load generator exceeds this many standard errors once in 16,000 figures. */
const STANDARD_ERRORS = 4;

/** 2 % around the value, or the sampling error if that is larger. */
export const around = (value: number, standardError: number): Bounds => {
  const slack = Math.max(TOLERANCE * value, STANDARD_ERRORS * standardError);
  return [value - slack, value + slack];
};

/** Bounds of the mean of `count` samples. */
export const meanBounds = ({ meanMs, deviationMs }: KnownLatency, count: number): Bounds =>
  around(meanMs, deviationMs / Math.sqrt(count));

/**
 * Bounds of a percentile of `count` samples. The number of samples below the true quantile is binomial, so the measured quantile
 * lies between the true quantiles of the shares a few standard errors away.
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
 * Bounds of the rate of a closed loop. Each virtual user is a renewal process whose intervals are the latencies, so the count over
 * a long time has the variance `count × (deviation ÷ mean)²`.
 */
export const closedRateBounds = (
  { meanMs, deviationMs }: KnownLatency,
  virtualUsers: number,
  seconds: number,
): Bounds => {
  const rate = (virtualUsers * 1000) / meanMs;
  return around(rate, (deviationMs / meanMs) * Math.sqrt(rate / seconds));
};

/** Bounds of a share of `count` draws. */
export const shareBounds = (share: number, count: number): Bounds =>
  around(share, Math.sqrt((share * (1 - share)) / count));
