import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { NEAR_CEILING_SHARE } from '../ceiling.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { GateResult } from './gate.ts';

const NEAR =
  'The serving may be faster than this: give middleware and load engine more cores, or nodes of their own.';
/** More than all that it carries: then it is the ceiling that was measured wrong. */
const UNUSABLE =
  'The ceiling is not usable: the apparatus was slower when that was measured than with the serving. Close what else works on the machine and measure again, with --ceilings each.';

/** Whether every repeat of the path stayed well below what the apparatus carries on it with an engine that answers at once. */
export const ceilingGate = ({
  ceiling,
  repeats,
}: Pick<SummaryRow, 'ceiling' | 'repeats'>): GateResult => {
  const gate = 'ceiling';
  if (ceiling === undefined) {
    return {
      gate,
      state: 'unknown',
      finding: 'What the apparatus carries on this path is not known.',
      advice: 'Measure with ceilings, and those in a closed loop too.',
    };
  }
  const { share, requestRatePerSecond, near, worst } = ceiling;
  const figure = worst?.share ?? share;
  const limit = NEAR_CEILING_SHARE;
  const who = worst === undefined || repeats === 1 ? 'The path' : `Repeat ${worst.repeat}`;
  const carried = formatFigure(worst?.requestRatePerSecond ?? requestRatePerSecond);
  const finding = `${who} reached ${formatPercent(figure)} % of the ${carried} requests/s that the apparatus carries with the null engine; limit ${formatPercent(limit)} %.`;
  if (!near) return { gate, state: 'passed', figure, limit, finding };
  return { gate, state: 'failed', figure, limit, finding, advice: figure > 1 ? UNUSABLE : NEAR };
};
