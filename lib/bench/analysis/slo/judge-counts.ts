import { formatPercent } from '../../wording/format-number.ts';
import { isClaimRefuted, isClaimSupported } from '../statistics/early-stopping.ts';
import type { WindowCounts } from './search-window.ts';

/** More failed requests than these, as a share, and a rate is not carried. */
export const MOST_FAILED_SHARE = 0.001;

/** Right answers inside the window ÷ requests planned in it: less means that a queue grows. */
export const LEAST_ACHIEVED_SHARE = 0.99;

/** Of the requests that must keep the bound. */
export const P99_SHARE = 0.99;

/** Whether a rate is carried, as far as its windows tell, and why not as a sentence. */
export type Judgement =
  | { readonly state: 'valid' }
  | { readonly state: 'invalid' | 'undecided'; readonly reason: string };

/**
 * Whether a rate is carried within a bound of p99: nothing unsent, failures at most 0.1 %, at least 99 % of the offered rate
 * achieved, and p99 within the bound by the early stopping test of MLPerf, where a failed request counts as one over it.
 *
 * That too many requests are late or fail is tested like its opposite, at 99 %: between the two a rate is undecided, and more
 * requests are needed. It is so, too, where too few were answered in the window, but no more than the bound lets wait.
 * Both tests take requests for independent. Those that wait in one queue are late together, so that a short window close
 * to the limit tells less than its confidence says.
 */
export const judgeCounts = (
  p99Ms: number,
  { offered, achieved, mayWait, unsent, requests, finished, failed, overBound }: WindowCounts,
): Judgement => {
  if (unsent > 0) {
    return { state: 'invalid', reason: `${unsent} planned requests could not be sent.` };
  }
  const allowed = `${MOST_FAILED_SHARE * 100} % are allowed`;
  const intact = { share: 1 - MOST_FAILED_SHARE, requests: finished, overBound: failed };
  if (isClaimRefuted(intact)) {
    const failedText = formatPercent(failed / finished);
    return { state: 'invalid', reason: `${failedText} % of the requests failed; ${allowed}.` };
  }
  const answered = `${formatPercent(achieved / Math.max(1, offered))} % of the offered rate were answered in the window; ${LEAST_ACHIEVED_SHARE * 100} % are asked for`;
  const missing = LEAST_ACHIEVED_SHARE * offered - achieved;
  if (missing > mayWait) return { state: 'invalid', reason: `${answered}.` };
  const seen = { share: P99_SHARE, requests, overBound };
  if (isClaimRefuted(seen)) {
    const reason = `${overBound} of ${requests} requests took longer than ${p99Ms} ms or failed, too many for p99 to lie within it.`;
    return { state: 'invalid', reason };
  }
  if (missing > 0) {
    const reason = `${answered}, and the rest may have been on its way within the bound.`;
    return { state: 'undecided', reason };
  }
  if (failed > MOST_FAILED_SHARE * finished) {
    const reason = `${failed} of ${finished} requests failed; ${allowed}, and these are too few to tell whether more do.`;
    return { state: 'undecided', reason };
  }
  if (isClaimSupported(seen)) return { state: 'valid' };
  const reason = `${requests} requests, ${overBound} of them over ${p99Ms} ms, are too few to tell whether p99 lies within it.`;
  return { state: 'undecided', reason };
};
