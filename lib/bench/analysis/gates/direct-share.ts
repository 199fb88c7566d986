import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { GateResult } from './gate.ts';

/** Below this share more than half of what the serving gives by itself is lost on the way through the middleware. */
export const DIRECT_SHARE_LIMIT = 0.5;

/** How much of the rate without the middleware is left with it. It never fails: the share is published, and judged by the reader. */
export const directGate = ({
  level,
  direct,
  directFailures = [],
}: Pick<SummaryRow, 'level' | 'direct' | 'directFailures'>): GateResult => {
  const gate = 'direct';
  if (level.loop === 'open') {
    const finding = 'In an open loop both ways get the rate that is offered.';
    return { gate, state: 'not-applicable', finding };
  }
  if (direct === undefined) {
    const [failure] = directFailures;
    if (failure !== undefined) {
      const finding = `The direct check gave no figures: ${failure.reason}`;
      return { gate, state: 'unknown', finding, advice: 'Mend that, and measure anew.' };
    }
    return {
      gate,
      state: 'unknown',
      finding: 'There was no direct check.',
      advice: 'Measure with --direct 1s.',
    };
  }
  const figure = direct.share.value;
  const limit = DIRECT_SHARE_LIMIT;
  const finding = `The rate through the middleware is ${formatPercent(figure)} % of the ${formatFigure(direct.requestRatePerSecond.value)} requests/s without it; below ${formatPercent(limit)} % is worth a warning.`;
  if (figure < limit) {
    const advice =
      'Half of the rate or more is the price of the middleware: quote the direct rate beside this one.';
    return { gate, state: 'warned', figure, limit, finding, advice };
  }
  if (!direct.keptUp) {
    return {
      gate,
      state: 'unknown',
      figure,
      limit,
      finding: `${finding} The load engine did not keep up with the direct check, so that the true share is lower.`,
      advice: 'Measure with k6 or on a larger node.',
    };
  }
  return { gate, state: 'passed', figure, limit, finding };
};
