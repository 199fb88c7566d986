import { targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { CheckResult } from './check.ts';

/** In percent, as GPUs tell it. */
export const GPU_IDLE_LIMIT = 50;

/** A row within 5 % of the greatest rate of its target counts as part of the plateau. */
const PLATEAU_SHARE = 0.95;

const curveOf = ({ target, engine, scenario, level }: SummaryRow): string =>
  `${targetId(target)}/${engine}/${scenario}/${level.loop}`;

/** The greatest rate over all levels, by target, engine, scenario and kind of load. */
export type PeakRates = ReadonlyMap<string, number>;

export const peakRates = (rows: readonly SummaryRow[]): PeakRates => {
  const peaks = new Map<string, number>();
  for (const row of rows) {
    const rate = row.requestRatePerSecond?.value ?? 0;
    peaks.set(curveOf(row), Math.max(rate, peaks.get(curveOf(row)) ?? 0));
  }
  return peaks;
};

/** Whether more load brought its target no more. */
const isAtPlateau = (row: SummaryRow, peaks: PeakRates): boolean =>
  (row.requestRatePerSecond?.value ?? 0) >= PLATEAU_SHARE * (peaks.get(curveOf(row)) ?? 0);

/** Whether the GPU had work where the target gave its most; if not, something before it was the limit. */
export const serverIdleCheck = (row: SummaryRow, peaks: PeakRates): CheckResult => {
  const check = 'server-idle';
  const figure = row.nodes?.serving?.gpu?.utilisationPercent;
  if (figure === undefined) {
    return { check, state: 'unknown', finding: 'There are no samples of a GPU.' };
  }
  const limit = GPU_IDLE_LIMIT;
  if (!isAtPlateau(row, peaks)) {
    const finding = `The GPU was busy ${formatFigure(figure)} % of the time; at this load the target has not reached its highest rate.`;
    return { check, state: 'not-applicable', figure, limit, finding };
  }
  const finding = `At the target’s highest rate, the GPU was busy ${formatFigure(figure)} % of the time; below ${limit} % is worth a warning.`;
  return figure < limit
    ? {
        check,
        state: 'warned',
        figure,
        limit,
        finding,
        advice:
          'The GPU is not the limit: offer more load, or look at the serving’s settings, its CPU and the network.',
      }
    : { check, state: 'passed', figure, limit, finding };
};
