import {
  array,
  number,
  object,
  oneOf,
  optional,
  pick,
  type Static,
} from '../../../serving-configs/schema.ts';
import { targetSchema, type Target } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { soakFiguresSchema, type SoakSlice } from '../model/stability.ts';
import { sum } from '../stats/moments.ts';
import { trendOf, trendSchema, type Trend } from '../stats/trend.ts';

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
    trouble: optional(
      oneOf(
        ['ended', 'failures', 'too-short', 'grows'],
        'Why it does not show that the serving is stable, the gravest reason; absent if it does.',
      ),
    ),
  },
  'The result of constant load on a target.',
);
export interface Soak extends Static<typeof soakSchema> {}

export const soakFindingSchema = object(
  {
    code: oneOf(
      ['not-stable', 'noisy', 'steady'],
      'A serving is not shown to be stable; otherwise figures are too noisy to tell; otherwise nothing grows.',
    ),
    medianGrowthShare: optional(
      number('By how much the median grew at most; absent if no soak has one.'),
    ),
  },
  'What all soaks of a run show together.',
);
export interface SoakFinding extends Static<typeof soakFindingSchema> {}

/** With a greater share of failures a soak is not stable, even if the share does not grow. */
const MAX_FAILED_SHARE = 0.01;

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

const troubleOf = ({ trends, ended, failed, requests }: Omit<Soak, 'trouble'>): Soak['trouble'] => {
  if (ended !== undefined) return 'ended';
  if (failed > MAX_FAILED_SHARE * requests) return 'failures';
  if (trends.length === 0) return 'too-short';
  return trends.some(({ verdict }) => verdict === 'grows') ? 'grows' : undefined;
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
    const soak = {
      target,
      ratePerSecond: level.loop === 'open' ? level.ratePerSecond : 0,
      durationSeconds,
      requests: sum(slices.map(({ requests }) => requests)),
      failed: sum(slices.map(({ failed }) => failed)),
      trends: trendsOf(slices),
      ended,
    };
    return [{ ...soak, trouble: troubleOf(soak) }];
  });

/** What soaks show together; undefined if there are none. */
export const soakFindingOf = (soaks: readonly Soak[]): SoakFinding | undefined => {
  if (soaks.length === 0) return undefined;
  const trends = soaks.flatMap((soak) => soak.trends);
  const growths = trends.flatMap(({ figure, from, change }) =>
    figure === 'p50Ms' ? [change.high / from] : [],
  );
  const isNoisy = trends.some(({ verdict }) => verdict === 'noisy');
  const isTroubled = soaks.some(({ trouble }) => trouble !== undefined);
  return {
    code: isTroubled ? 'not-stable' : isNoisy ? 'noisy' : 'steady',
    medianGrowthShare: growths.length === 0 ? undefined : Math.max(0, ...growths),
  };
};
