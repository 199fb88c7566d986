import type { Target } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import type { SoakFigures, SoakSlice } from '../model/stability.ts';
import { stretches, trendOf, type Trend } from '../stats/trend.ts';

/**
 * The figures of a soak, and by how much each may grow: a share of where it began, and an amount that is small whatever it
 * began with.
 */
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

/** How one figure moved under constant load. */
export interface SoakTrend extends Trend {
  readonly figure: SoakFigure;
  /** A sure rise beyond its limit. */
  readonly grows: boolean;
}

/** Constant load on one target. */
export interface Soak extends Pick<SoakFigures, 'ended'> {
  readonly target: Target;
  readonly ratePerSecond: number;
  readonly durationSeconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly trends: readonly SoakTrend[];
}

/** Share of the beginning that does not count: caches and heaps fill. */
export const SETTLING_SHARE = 1 / 6;

/** Medians of stretches depend less on their neighbours than slices do. */
export const STRETCHES = 10;

const valueOf = (figure: SoakFigure, slice: SoakSlice): number | undefined =>
  figure === 'failedPercent' ? (100 * slice.failed) / Math.max(1, slice.requests) : slice[figure];

const trendsOf = (slices: readonly SoakSlice[]): readonly SoakTrend[] => {
  const settled = slices.slice(Math.round(slices.length * SETTLING_SHARE));
  return soakFigures.flatMap((figure) => {
    const values = settled.flatMap((slice) => valueOf(figure, slice) ?? []);
    const trend = trendOf(stretches(values, STRETCHES));
    if (trend === undefined) return [];
    const { share, amount } = SOAK_LIMITS[figure];
    const grows = trend.isSure && trend.to - trend.from > Math.max(amount, share * trend.from);
    return [{ figure, ...trend, grows }];
  });
};

/** The soaks of a target among its completed measurements. */
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
