import type { Interval } from '../../analysis/statistics/interval.ts';
import type { OverRepeats, SummaryRow } from '../../analysis/summary.ts';

/** A percentile of the response time that a chart can be drawn of. */
export interface ChartedPercentile {
  readonly name: 'p99' | 'p95' | 'median';
  /** For descriptions. */
  readonly title: string;
  readonly of: (row: SummaryRow) => OverRepeats | undefined;
  /** Undefined where there is none. */
  readonly intervalOf: (row: SummaryRow) => Interval | undefined;
  /** Whether the answers of the row support it; where nothing is known of that, they do. */
  readonly isSupported: (row: SummaryRow) => boolean;
}

const P99: ChartedPercentile = {
  name: 'p99',
  title: '99th percentile',
  of: ({ p99Ms }) => p99Ms,
  intervalOf: ({ intervals }) => intervals?.p99Ms?.interval,
  isSupported: ({ percentileSupport }) => percentileSupport?.p99 !== false,
};

const P95: ChartedPercentile = {
  name: 'p95',
  title: '95th percentile',
  of: ({ p95Ms }) => p95Ms,
  intervalOf: ({ intervals }) => intervals?.p95Ms?.interval,
  isSupported: ({ percentileSupport }) => percentileSupport?.p95 !== false,
};

const MEDIAN: ChartedPercentile = {
  name: 'median',
  title: 'median',
  of: ({ p50Ms }) => p50Ms,
  intervalOf: ({ intervals }) => intervals?.p50Ms?.interval,
  isSupported: () => true,
};

/** The highest percentile that at least this share of the rows supports. */
export const claimedPercentile = (
  rows: readonly SummaryRow[],
  share: number,
): ChartedPercentile => {
  const measured = rows.filter(({ p50Ms }) => p50Ms !== undefined);
  return (
    [P99, P95].find(
      ({ of, isSupported }) =>
        measured.filter((row) => of(row) !== undefined && isSupported(row)).length >=
        measured.length * share,
    ) ?? MEDIAN
  );
};
