import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { NEAR_NOOP_LIMIT_SHARE } from '../noop-limit.ts';
import type { SummaryRow } from '../summary-row.ts';
import { passedWhere, type CheckResult } from './check.ts';

const NEAR =
  'The serving may be faster than this: give middleware and load generator more cores, or nodes of their own.';
/** More than all that it carries: then it is the no-op limit that was measured wrong. */
const UNUSABLE =
  'The no-op limit is not usable: the rig was slower when that was measured than with the serving. Close other programs on the machine and measure again, with --noop-limits each.';

/** Whether every repeat of the target stayed well below what the rig carries on it with an engine that answers at once. */
export const noopLimitCheck = ({
  noopLimit,
  repeats,
}: Pick<SummaryRow, 'noopLimit' | 'repeats'>): CheckResult => {
  const check = 'noop-limit';
  if (noopLimit === undefined) {
    return {
      check,
      state: 'unknown',
      finding: 'The no-op limit of this target is not known.',
      advice: 'Measure no-op limits, also in a closed loop.',
    };
  }
  const { share, requestRatePerSecond, near, worst } = noopLimit;
  const figure = worst?.share ?? share;
  const limit = NEAR_NOOP_LIMIT_SHARE;
  const who = worst === undefined || repeats === 1 ? 'The target' : `Repeat ${worst.repeat}`;
  const carried = formatFigure(worst?.requestRatePerSecond ?? requestRatePerSecond);
  const finding = `${who} reached ${formatPercent(figure)} % of the ${carried} requests/s that the rig handles with the no-op backend; limit ${formatPercent(limit)} %.`;
  const advice = figure > 1 ? UNUSABLE : NEAR;
  return passedWhere(!near, { check, figure, limit, finding, advice });
};
