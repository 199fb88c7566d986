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
}

/**
 * Whether what was seen supports the claim: if a greater share than 1 − `share` were over the bound, the chance of so few over it
 * would be at most 1 %. This is the early stopping test of MLPerf Inference (inference_rules.adoc, appendix, with d = 0):
 * P(B(requests, 1 − share) ≤ overBound) ≤ 1 − confidence.
 */
export const isClaimSupported = ({ share, requests, overBound }: PercentileClaim): boolean =>
  requests > 0 && binomialCdf(overBound, requests, 1 - share) <= 1 - CLAIM_CONFIDENCE;

/**
 * Whether what was seen refutes the claim: if at most a share of 1 − `share` were over the bound, the chance of so many over it
 * would be at most 1 %: P(B(requests, 1 − share) ≥ overBound) ≤ 1 − confidence. A claim that is neither supported nor refuted
 * has too few requests to tell.
 */
export const isClaimRefuted = ({ share, requests, overBound }: PercentileClaim): boolean =>
  overBound > 0 && 1 - binomialCdf(overBound - 1, requests, 1 - share) <= 1 - CLAIM_CONFIDENCE;

/** The fewest requests that support a claim if all of them are within the bound: the first n with shareⁿ ≤ 1 %. */
const answersNeeded = (share: number): number =>
  Math.ceil(Math.log(1 - CLAIM_CONFIDENCE) / Math.log(share));

/** The fewest answers with which each percentile is claimed: 459 for p99. */
export const ANSWERS_NEEDED = {
  p95: answersNeeded(0.95),
  p99: answersNeeded(0.99),
  p999: answersNeeded(0.999),
} as const;

export type Claimed = keyof typeof ANSWERS_NEEDED;

/** Why a percentile is not claimed: `12 of 459 answers`. Undefined if it is. */
export const lackOfAnswers = (claimed: Claimed, count: number): string | undefined =>
  count >= ANSWERS_NEEDED[claimed] ? undefined : `${count} of ${ANSWERS_NEEDED[claimed]} answers`;
