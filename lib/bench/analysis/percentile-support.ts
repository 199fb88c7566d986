/** The confidence at which the outputs claim a percentile. */
const CLAIM_CONFIDENCE = 0.99;

/**
 * The least number of requests from which a percentile can be claimed at all.
 *
 * With n requests, all of them within a bound, "a share p of all requests is within the bound" holds with confidence c
 * as soon as pⁿ ≤ 1 − c, that is n ≥ ln(1 − c) ÷ ln p. This is the early stopping rule of MLPerf Inference for no
 * request over the bound: 90 requests for p95 and 459 for p99 at a confidence of 99 %.
 *
 * @param share the percentile as a share, between 0 and 1, both excluded
 */
export const requestsNeeded = (share: number, confidence = CLAIM_CONFIDENCE): number =>
  Math.ceil(Math.log(1 - confidence) / Math.log(share));

/** Which percentiles `count` answers support. */
export const percentileSupport = (count: number): { p95: boolean; p99: boolean } => ({
  p95: count >= requestsNeeded(0.95),
  p99: count >= requestsNeeded(0.99),
});
