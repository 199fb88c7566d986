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
