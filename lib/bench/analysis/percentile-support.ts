import { requestsNeeded } from '../stats/early-stopping.ts';

/** The percentiles that are claimed of enough answers only. */
const CLAIMED = { p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

type Claimed = keyof typeof CLAIMED;

/** Which percentiles a number of answers supports. Only single measurements have a p90. */
export type PercentileSupport = Readonly<Record<Exclude<Claimed, 'p90'>, boolean>>;

/**
 * The least number of answers from which each percentile can be claimed at all: with n answers, all of them within a bound,
 * "a share p of all is within the bound" holds at 99 % confidence as soon as pⁿ ≤ 1 %. This is the early stopping test of
 * MLPerf Inference for no answer over the bound.
 */
export const ANSWERS_NEEDED: Readonly<Record<Claimed, number>> = {
  p90: requestsNeeded(CLAIMED.p90),
  p95: requestsNeeded(CLAIMED.p95),
  p99: requestsNeeded(CLAIMED.p99),
  p999: requestsNeeded(CLAIMED.p999),
};

/** Which percentiles `count` answers support. */
export const percentileSupport = (count: number): PercentileSupport => ({
  p95: count >= ANSWERS_NEEDED.p95,
  p99: count >= ANSWERS_NEEDED.p99,
  p999: count >= ANSWERS_NEEDED.p999,
});

/** Why a percentile is not claimed: `12 of 459 answers`. Undefined where it is. */
export const lackOfAnswers = (claimed: Claimed, count: number): string | undefined =>
  count >= ANSWERS_NEEDED[claimed] ? undefined : `${count} of ${ANSWERS_NEEDED[claimed]} answers`;
