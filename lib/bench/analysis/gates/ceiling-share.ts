import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { NEAR_CEILING_SHARE } from '../ceiling.ts';
import type { SummaryRow } from '../summary.ts';
import type { GateResult } from './gate.ts';

/** Whether the path stayed well below what the apparatus carries on it with an engine that answers at once. */
export const ceilingGate = ({ ceiling }: Pick<SummaryRow, 'ceiling'>): GateResult => {
  const gate = 'ceiling';
  if (ceiling === undefined) {
    return {
      gate,
      state: 'unknown',
      finding: 'What the apparatus carries on this path is not known.',
      advice: 'Measure with ceilings, and those in a closed loop too.',
    };
  }
  const { share: figure, requestRatePerSecond, near } = ceiling;
  const limit = NEAR_CEILING_SHARE;
  const finding = `The path reached ${formatPercent(figure)} % of the ${formatFigure(requestRatePerSecond)} requests/s that the apparatus carries with the null engine; limit ${formatPercent(limit)} %.`;
  return near
    ? {
        gate,
        state: 'failed',
        figure,
        limit,
        finding,
        advice:
          'The serving may be faster than this: give middleware and load engine more cores, or nodes of their own.',
      }
    : { gate, state: 'passed', figure, limit, finding };
};
