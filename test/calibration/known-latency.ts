/** A latency distribution whose figures are known without measuring, in milliseconds. */
export interface KnownLatency {
  /** In the words of the delay engine. */
  readonly options: object;
  readonly meanMs: number;
  readonly deviationMs: number;
  /** The latency below which the share lies; 0 for less than 0, infinity for more than 1. */
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
