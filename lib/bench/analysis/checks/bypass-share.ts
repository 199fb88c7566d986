import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { CheckResult } from './check.ts';

/** Below this share more than half of what the serving gives by itself is lost on the way through the middleware. */
export const BYPASS_SHARE_LIMIT = 0.5;

/** How much of the rate without the middleware is left with it. It never fails: the share is published, and judged by the reader. */
export const bypassCheck = ({
  level,
  bypass,
  bypassFailures = [],
}: Pick<SummaryRow, 'level' | 'bypass' | 'bypassFailures'>): CheckResult => {
  const check = 'bypass';
  if (level.loop === 'open') {
    const finding = 'In an open loop both ways get the offered rate.';
    return { check, state: 'not-applicable', finding };
  }
  if (bypass === undefined) {
    const [failure] = bypassFailures;
    if (failure !== undefined) {
      const finding = `The bypass run gave no figures: ${failure.reason}`;
      return { check, state: 'unknown', finding, advice: 'Fix that and measure again.' };
    }
    return {
      check,
      state: 'unknown',
      finding: 'There was no bypass run.',
      advice: 'Measure with --bypass 1s.',
    };
  }
  const figure = bypass.share.value;
  const limit = BYPASS_SHARE_LIMIT;
  const finding = `The rate through the middleware is ${formatPercent(figure)} % of the ${formatFigure(bypass.requestRatePerSecond.value)} requests/s without it; below ${formatPercent(limit)} % is worth a warning.`;
  if (figure < limit) {
    const advice =
      'The middleware costs half of the rate or more: quote the rate of the bypass run beside this one.';
    return { check, state: 'warned', figure, limit, finding, advice };
  }
  if (!bypass.keptUp) {
    return {
      check,
      state: 'unknown',
      figure,
      limit,
      finding: `${finding} The load generator did not keep up with the bypass run, so the true share is lower.`,
      advice: 'Measure with k6 or on a larger node.',
    };
  }
  return { check, state: 'passed', figure, limit, finding };
};
