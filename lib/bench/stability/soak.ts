import {
  array,
  number,
  object,
  oneOf,
  pick,
  type Static,
} from '../../../serving-configs/schema.ts';
import { soakFiguresSchema } from '../model/stability.ts';
import { targetSchema } from '../model/measurement.ts';
import { trendSchema } from '../stats/trend.ts';
import type { Target } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import type { SoakSlice } from '../model/stability.ts';
import { trendOf, type Trend } from '../stats/trend.ts';

/** By how much each figure of a soak may grow: a share of its first value, or an amount if that is more. */
export const SOAK_LIMITS = {
  p50Ms: { share: 0.1, amount: 0.5 },
  p99Ms: { share: 0.25, amount: 2 },
  failedPercent: { share: 0, amount: 1 },
  memoryMiB: { share: 0.05, amount: 8 },
  gpuMemoryMiB: { share: 0.05, amount: 8 },
  openFiles: { share: 0.05, amount: 8 },
} as const satisfies Readonly<Record<string, { readonly share: number; readonly amount: number }>>;

export type SoakFigure = keyof typeof SOAK_LIMITS;

export const soakFigures = Object.keys(SOAK_LIMITS) as readonly SoakFigure[];

export const soakTrendSchema = object(
  {
    ...trendSchema.properties,
    figure: oneOf(soakFigures),
    verdict: oneOf(
      ['grows', 'steady', 'noisy'],
      '`grows`: it surely grew, and by more than its limit as far as known; `steady`: it surely did not grow by more than its limit; `noisy`: the figures do not tell.',
    ),
  },
  'How a figure changed under constant load.',
);
export interface SoakTrend extends Static<typeof soakTrendSchema> {}

export const soakSchema = object(
  {
    ...pick(soakFiguresSchema, 'ended'),
    target: targetSchema,
    ratePerSecond: number(),
    durationSeconds: number(),
    requests: number(),
    failed: number(),
    trends: array(soakTrendSchema),
  },
  'The result of constant load on a target.',
);
export interface Soak extends Static<typeof soakSchema> {}

/** The share of a soak at its start that is ignored, because caches and heaps still fill. */
export const SETTLING_SHARE = 1 / 6;

const valueOf = (figure: SoakFigure, slice: SoakSlice): number | undefined =>
  figure === 'failedPercent' ? (100 * slice.failed) / Math.max(1, slice.requests) : slice[figure];

const verdictOn = ({ from, to, change }: Trend, limit: number): SoakTrend['verdict'] => {
  if (change.low > 0 && to - from > limit) return 'grows';
  return change.high <= limit ? 'steady' : 'noisy';
};

const trendsOf = (slices: readonly SoakSlice[]): readonly SoakTrend[] => {
  const settled = slices.slice(Math.round(slices.length * SETTLING_SHARE));
  return soakFigures.flatMap((figure) => {
    const values = settled.flatMap((slice) => valueOf(figure, slice) ?? []);
    const trend = trendOf(values);
    if (trend === undefined) return [];
    const { share, amount } = SOAK_LIMITS[figure];
    const limit = Math.max(amount, share * trend.from);
    return [{ figure, ...trend, verdict: verdictOn(trend, limit) }];
  });
};

/** The results of the soaks among the completed measurements of a target. */
export const soakOf = (
  target: Target,
  completed: readonly CompletedMeasurement[],
): readonly Soak[] =>
  completed.flatMap(({ measurement, stability }) => {
    if (stability?.kind !== 'soak') return [];
    const { slices, ended } = stability;
    const { level, durationSeconds } = measurement;
    return [
      {
        target,
        ratePerSecond: level.loop === 'open' ? level.ratePerSecond : 0,
        durationSeconds,
        requests: slices.reduce((sum, { requests }) => sum + requests, 0),
        failed: slices.reduce((sum, { failed }) => sum + failed, 0),
        trends: trendsOf(slices),
        ended,
      },
    ];
  });
