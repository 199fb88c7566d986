import type { Interval } from '../stats/interval.ts';
import type { OverRepeats } from '../analysis/summary-row.ts';
import { formatFigure, formatPercent } from '../wording/format-number.ts';

/** `min–max`; empty where both read alike, as with a single repeat. */
export const formatRange = (over: OverRepeats | undefined): string => {
  if (over === undefined) return '';
  const [min, max] = [formatFigure(over.min), formatFigure(over.max)];
  return min === max ? '' : `${min}–${max}`;
};

/** `95 %: 64.1–68.9`; empty without an interval. */
export const formatInterval = (interval: Interval | undefined): string =>
  interval === undefined
    ? ''
    : `${formatPercent(interval.confidence).replace(/\.0$/, '')} %: ${formatFigure(interval.low)}–${formatFigure(interval.high)}`;
