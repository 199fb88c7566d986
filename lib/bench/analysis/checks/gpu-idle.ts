import { targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { MeasuredRow } from '../records.ts';
import type { CheckResult, SummaryRow } from '../summary-row.ts';
import type { Check } from './check.ts';

/** In percent, as GPUs report it. */
const GPU_IDLE_LIMIT = 50;

/** Rows within 5 % of their target's highest rate form its plateau. */
const PLATEAU_SHARE = 0.95;

const curveOf = ({ target, engine, scenario, level }: SummaryRow): string =>
  `${targetId(target)}/${engine}/${scenario}/${level.loop}`;

const rateOf = ({ requestRatePerSecond }: SummaryRow): number => requestRatePerSecond?.value ?? 0;

/** Cache: the highest rate over all levels of a run, by target, engine, scenario and loop. */
const cachedPeaks = new WeakMap<readonly MeasuredRow[], ReadonlyMap<string, number>>();

const peakRates = (rows: readonly MeasuredRow[]): ReadonlyMap<string, number> => {
  const cached = cachedPeaks.get(rows);
  if (cached !== undefined) return cached;
  const peaks = new Map<string, number>();
  for (const { row } of rows) {
    peaks.set(curveOf(row), Math.max(rateOf(row), peaks.get(curveOf(row)) ?? 0));
  }
  cachedPeaks.set(rows, peaks);
  return peaks;
};

/** Whether the GPU was busy at the target's highest rate. If not, something else was the limit. */
export const gpuIdleCheck = (row: SummaryRow, rows: readonly MeasuredRow[]): CheckResult => {
  const check = 'gpu-idle';
  const figure = row.nodes?.serving?.gpu?.utilisationPercent;
  if (figure === undefined) return { check, state: 'unknown' };
  const limit = GPU_IDLE_LIMIT;
  if (rateOf(row) < PLATEAU_SHARE * (peakRates(rows).get(curveOf(row)) ?? 0)) {
    return { check, state: 'not-applicable', figure, limit };
  }
  return { check, state: figure < limit ? 'warned' : 'passed', figure, limit };
};

export const gpuIdle: Check = {
  name: 'gpu-idle',
  title: 'GPU idle',
  asks: 'Was the GPU busy at the target’s highest rate?',
  limit: `warned below ${GPU_IDLE_LIMIT} %`,
  tag: 'gpu idle',
  judge: ({ row, run }) => gpuIdleCheck(row, run.rows),
  finding({ state, figure }) {
    if (figure === undefined) return 'No GPU reported how busy it was.';
    return state === 'not-applicable'
      ? `The GPU was busy ${formatFigure(figure)} % of the time; at this level the target has not reached its highest rate.`
      : `At the target’s highest rate, the GPU was busy ${formatFigure(figure)} % of the time; warned below ${GPU_IDLE_LIMIT} %.`;
  },
  advice: ({ state }) =>
    state === 'warned'
      ? 'The GPU is not the limit: offer more load, or look at the serving’s settings, its CPU and the network.'
      : undefined,
};
