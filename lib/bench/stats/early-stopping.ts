import { binomialCdf } from './probability.ts';

/** The confidence at which outputs claim a percentile; the one of MLPerf Inference. */
export const CLAIM_CONFIDENCE = 0.99;

/** A claim that at least a share of all requests stays within a bound, and what was seen of it. */
export interface PercentileClaim {
  /** The percentile as a share, between 0 and 1, both excluded: 0.99 for p99. */
  readonly share: number;
  /** Requests that were answered, or that failed. */
  readonly requests: number;
  /** Those of them that were over the bound; a failed request is. */
  readonly overBound: number;
  /** As a share. */
  readonly confidence?: number;
}

/**
 * Whether what was seen supports the claim: if a greater share than 1 − `share` were over the bound, so few over it would
 * be seen with a probability of at most 1 − `confidence`. This is the early stopping test of MLPerf Inference
 * (inference_rules.adoc, appendix, with d = 0): P(B(requests, 1 − share) ≤ overBound) ≤ 1 − confidence.
 */
export const isClaimSupported = ({
  share,
  requests,
  overBound,
  confidence = CLAIM_CONFIDENCE,
}: PercentileClaim): boolean =>
  requests > 0 && binomialCdf(overBound, requests, 1 - share) <= 1 - confidence;

/**
 * Whether what was seen refutes the claim: if at most a share of 1 − `share` were over the bound, so many over it would be
 * seen with a probability of at most 1 − `confidence`: P(B(requests, 1 − share) ≥ overBound) ≤ 1 − confidence. The mirror
 * image of {@link isClaimSupported}; what satisfies neither is too few requests to tell.
 */
export const isClaimRefuted = ({
  share,
  requests,
  overBound,
  confidence = CLAIM_CONFIDENCE,
}: PercentileClaim): boolean =>
  overBound > 0 && 1 - binomialCdf(overBound - 1, requests, 1 - share) <= 1 - confidence;

/**
 * The least number of requests that supports a claim where so many were over the bound: for p99 459 with none over it, 662
 * with one.
 */
export const requestsNeeded = (
  share: number,
  overBound = 0,
  confidence = CLAIM_CONFIDENCE,
): number => {
  const suffices = (requests: number): boolean =>
    isClaimSupported({ share, requests, overBound, confidence });
  let high = overBound + 1;
  while (!suffices(high)) high *= 2;
  let low = high >> 1;
  // Fewer than `low + 1` do not suffice, `high` do.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
};
