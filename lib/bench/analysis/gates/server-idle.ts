import { pathId } from '../../model/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { GateResult } from './gate.ts';

/** In percent, as GPUs tell it. */
export const GPU_IDLE_LIMIT = 50;

/** A row within 5 % of the greatest rate of its path counts as part of the plateau. */
const PLATEAU_SHARE = 0.95;

const curveOf = ({ path, engine, scenario, level }: SummaryRow): string =>
  `${pathId(path)}/${engine}/${scenario}/${level.loop}`;

/** The greatest rate over all levels, by path, engine, scenario and kind of load. */
export type PeakRates = ReadonlyMap<string, number>;

export const peakRates = (rows: readonly SummaryRow[]): PeakRates => {
  const peaks = new Map<string, number>();
  for (const row of rows) {
    const rate = row.requestRatePerSecond?.value ?? 0;
    peaks.set(curveOf(row), Math.max(rate, peaks.get(curveOf(row)) ?? 0));
  }
  return peaks;
};

/** Whether more load brought its path no more. */
const isAtPlateau = (row: SummaryRow, peaks: PeakRates): boolean =>
  (row.requestRatePerSecond?.value ?? 0) >= PLATEAU_SHARE * (peaks.get(curveOf(row)) ?? 0);

/** Whether the GPU had work where the path gave its most; if not, something before it was the limit. */
export const serverIdleGate = (row: SummaryRow, peaks: PeakRates): GateResult => {
  const gate = 'server-idle';
  const figure = row.nodes?.serving?.gpu?.utilisationPercent;
  if (figure === undefined) {
    return { gate, state: 'unknown', finding: 'There are no samples of a GPU.' };
  }
  const limit = GPU_IDLE_LIMIT;
  if (!isAtPlateau(row, peaks)) {
    const finding = `The GPU was busy ${formatFigure(figure)} % of the time; at this load the path has not reached its greatest rate.`;
    return { gate, state: 'not-applicable', figure, limit, finding };
  }
  const finding = `Where the path gave its most, the GPU was busy ${formatFigure(figure)} % of the time; below ${limit} % is worth a warning.`;
  return figure < limit
    ? {
        gate,
        state: 'warned',
        figure,
        limit,
        finding,
        advice:
          'The figure is not bound by the GPU: offer more load, or look for the limit in the serving’s settings, its processor or the way to it.',
      }
    : { gate, state: 'passed', figure, limit, finding };
};
