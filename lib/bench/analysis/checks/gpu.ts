import { targetId } from '../../model/measurement.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { SummaryRow } from '../summary-row.ts';
import { type CheckResult, passedIf } from './check.ts';
import type { ThrottleReason } from '../../../aws/contract/gpu-throttle.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { nodeUse } from '../node-use.ts';

/** In percent, as GPUs report it. */
export const GPU_IDLE_LIMIT = 50;

/** Rows within 5 % of their target's highest rate form its plateau. */
const PLATEAU_SHARE = 0.95;

const curveOf = ({ target, engine, scenario, level }: SummaryRow): string =>
  `${targetId(target)}/${engine}/${scenario}/${level.loop}`;

/** The highest rate over all levels, by target, engine, scenario and loop. */
export type PeakRates = ReadonlyMap<string, number>;

export const peakRates = (rows: readonly SummaryRow[]): PeakRates => {
  const peaks = new Map<string, number>();
  for (const row of rows) {
    const rate = row.requestRatePerSecond?.value ?? 0;
    peaks.set(curveOf(row), Math.max(rate, peaks.get(curveOf(row)) ?? 0));
  }
  return peaks;
};

const isAtPlateau = (row: SummaryRow, peaks: PeakRates): boolean =>
  (row.requestRatePerSecond?.value ?? 0) >= PLATEAU_SHARE * (peaks.get(curveOf(row)) ?? 0);

/** Whether the GPU was busy at the target's highest rate. If not, something else was the limit. */
export const gpuIdleCheck = (row: SummaryRow, peaks: PeakRates): CheckResult => {
  const check = 'gpu-idle';
  const figure = row.nodes?.serving?.gpu?.utilisationPercent;
  if (figure === undefined) {
    return { check, state: 'unknown', finding: 'No GPU reported how busy it was.' };
  }
  const limit = GPU_IDLE_LIMIT;
  if (!isAtPlateau(row, peaks)) {
    const finding = `The GPU was busy ${formatFigure(figure)} % of the time; at this level the target has not reached its highest rate.`;
    return { check, state: 'not-applicable', figure, limit, finding };
  }
  const finding = `At the target’s highest rate, the GPU was busy ${formatFigure(figure)} % of the time; warned below ${limit} %.`;
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

/** Share of the seconds in the windows. Not 0, because GPUs may report a change of power state as a slowdown. */
export const GPU_THROTTLED_LIMIT = 0.05;

const REASON_TEXTS: Readonly<Record<ThrottleReason, string>> = {
  'hw-thermal-slowdown': 'heat, by the hardware',
  'sw-thermal-slowdown': 'heat, by the driver',
  'hw-power-brake': 'the power brake from outside',
  'hw-slowdown': 'the hardware',
  'sw-power-cap': 'the power cap',
};

/**
 * Whether the GPU could run at its clock. If heat or its hardware slowed it down, the figures hold only for this machine at this hour.
 * The power cap is part of the GPU and the same for every serving, so it is reported but does not count.
 */
export const gpuThrottledCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'gpu-throttled';
  const limit = GPU_THROTTLED_LIMIT;
  const throttle = nodeUse(measurements.map(({ nodes }) => nodes?.serving))?.gpu?.throttle;
  if (throttle === undefined) {
    return { check, state: 'unknown', finding: 'No GPU reported whether it was throttled.' };
  }
  const { knownSeconds, faultSeconds, secondsByReason } = throttle;
  const figure = faultSeconds / knownSeconds;
  const reasons = Object.entries(REASON_TEXTS).flatMap(([reason, text]) => {
    const seconds = secondsByReason[reason as ThrottleReason];
    return seconds === undefined ? [] : [`${text} ${seconds} s`];
  });
  const finding = `The GPU was slowed down by heat or its hardware in ${faultSeconds} of ${knownSeconds} s, ${formatPercent(figure)} %; limit ${limitPercent(limit)}.${reasons.length === 0 ? '' : ` Its clock was limited by: ${reasons.join(', ')}.`}`;
  return passedIf(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice:
      'Let the machine cool down or take another one, and measure again; nvidia-smi -q -d PERFORMANCE,TEMPERATURE,POWER shows what slows it.',
  });
};
