import { CLAIM_CONFIDENCE } from '../statistics/early-stopping.ts';
import type { Estimate } from '../statistics/interval.ts';
import { shareInterval } from '../statistics/share-interval.ts';
import type { MeasuredRate } from './judge-trial.ts';

/**
 * Which share of the requests of some windows was over the bound, failed ones included, with what these leave open of it:
 * each end at the confidence of the early stopping test. So the test supports a p99 within the bound exactly where the whole
 * interval lies at or below 1 %, and refutes it where it lies at or above. Undefined where the windows gave no figures.
 */
export const overBoundShare = ({
  requests = 0,
  overBound,
}: Pick<MeasuredRate, 'requests' | 'overBound'>): Required<Estimate> | undefined =>
  requests === 0 || overBound === undefined
    ? undefined
    : {
        value: overBound / requests,
        interval: shareInterval(overBound, requests, CLAIM_CONFIDENCE),
      };
