import { binomialCdf } from './probability.ts';

/** The confidence with which reports claim a percentile; the same as in MLPerf Inference. */
export const CLAIM_CONFIDENCE = 0.99;

/** The claim that a share of all requests stays within a limit, with the measured counts. */
export interface PercentileClaim {
  /** The percentile as a share, between 0 and 1, both excluded: 0.99 for p99. */
  readonly share: number;
  /** Requests that were answered or failed. */
  readonly requests: number;
  /** Of these, requests that took longer than the limit, or failed. */
  readonly overLimit: number;
}

/**
 * Whether the measurement supports the claim: if the claim were wrong, so few requests over the limit would have a probability of at most
 * 1 %. With the binomial distribution B, P(B(requests, 1 − share) ≤ overLimit) ≤ 1 − confidence. MLPerf Inference uses this test, too
 * (inference_rules.adoc, appendix, with d = 0).
 */
export const isClaimSupported = ({ share, requests, overLimit }: PercentileClaim): boolean =>
  requests > 0 && binomialCdf(overLimit, requests, 1 - share) <= 1 - CLAIM_CONFIDENCE;

/**
 * Whether the measurement refutes the claim: if the claim were true, so many requests over the limit would have a probability of at
 * most 1 %, P(B(requests, 1 − share) ≥ overLimit) ≤ 1 − confidence. With too few requests, a claim is neither supported nor refuted.
 */
export const isClaimRefuted = ({ share, requests, overLimit }: PercentileClaim): boolean =>
  overLimit > 0 && 1 - binomialCdf(overLimit - 1, requests, 1 - share) <= 1 - CLAIM_CONFIDENCE;

/** The fewest requests that support a claim if all are within the limit: the smallest n with shareⁿ ≤ 1 %. */
const answersNeeded = (share: number): number =>
  Math.ceil(Math.log(1 - CLAIM_CONFIDENCE) / Math.log(share));

/** The greatest share whose percentile so many answers support: the inverse of {@link answersNeeded}. 0 without answers. */
export const greatestClaimedShare = (answers: number): number =>
  answers === 0 ? 0 : (1 - CLAIM_CONFIDENCE) ** (1 / answers);

/** The fewest answers with which a report claims each percentile: 459 for p99. */
export const ANSWERS_NEEDED = {
  p95: answersNeeded(0.95),
  p99: answersNeeded(0.99),
  p999: answersNeeded(0.999),
} as const;

export type Claimed = keyof typeof ANSWERS_NEEDED;

/** Why a percentile is not claimed: `12 of 459 answers`. Undefined if it is. */
export const lackOfAnswers = (claimed: Claimed, count: number): string | undefined =>
  count >= ANSWERS_NEEDED[claimed] ? undefined : `${count} of ${ANSWERS_NEEDED[claimed]} answers`;
