import { lackOfAnswers, type PercentileSupport } from '../analysis/percentile-support.ts';
import type { Estimate, Interval } from '../stats/interval.ts';
import type { OverRepeats, SummaryRow } from '../analysis/summary-row.ts';
import { figureAsNumber, formatFigure, NO_FIGURE } from '../wording/format-number.ts';
import { formatInterval, formatRange } from './format-spread.ts';

/** A column of figures, the same in every output. */
export interface FigureColumn {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly unit: string;
  /** The figure as text; `–` where there is none. */
  readonly text: (row: SummaryRow) => string;
  /** The same as a number for CSV; empty where there is none. */
  readonly number: (row: SummaryRow) => string;
  /** The range over repeats; empty where there is none. */
  readonly range: (row: SummaryRow) => string;
  /** The least and the greatest of the repeats as numbers for CSV; undefined for figures without them. */
  readonly bounds?: (row: SummaryRow) => { readonly min: string; readonly max: string };
  /** The interval as text, as in `95 %: 64.1–68.9`; empty where there is none. */
  readonly interval: (row: SummaryRow) => string;
  /** The ends of the interval as numbers for CSV; undefined for figures without one. */
  readonly ends?: (row: SummaryRow) => { readonly low: string; readonly high: string };
  /** Why the figure is not claimed, as in `12 of 459 answers`; undefined where it is. */
  readonly lack: (row: SummaryRow) => string | undefined;
  /** Few runs can have it, so that nobody asks why it is missing. */
  readonly isRare?: boolean;
  /** Not what rows are compared by: in a table of its own where there is little room. */
  readonly isDetail?: boolean;
  /** Why a row can have no such figure; undefined where it has one, or might have. */
  readonly absence?: (row: SummaryRow) => string | undefined;
}

/** Why a gRPC target has no bypass run where others have one, as a sentence. */
const NO_BYPASS_OVER_GRPC =
  'gRPC paths have no bypass run with this load generator: it sends HTTP requests, and no encoded messages.';

/** One that has figures, but neither of a bypass run nor of one that failed, was planned without. */
const noBypass = ({ target, repeats, bypass, bypassFailures }: SummaryRow): string | undefined =>
  target.protocol === 'grpc' && repeats > 0 && bypass === undefined && bypassFailures === undefined
    ? NO_BYPASS_OVER_GRPC
    : undefined;

/** What is to be said below a table of these rows about figures that some of them cannot have. */
export const absencesIn = (rows: readonly SummaryRow[]): readonly string[] => [
  ...new Set(
    FIGURES.filter((column) => rows.some((row) => column.text(row) !== NO_FIGURE)).flatMap(
      ({ absence }) => rows.flatMap((row) => absence?.(row) ?? []),
    ),
  ),
];

const PER_CENT = 100;

const overColumn = (
  key: string,
  title: string,
  unit: string,
  over: (row: SummaryRow) => OverRepeats | undefined,
  scale = 1,
): FigureColumn => {
  const scaled = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : value * scale;
  const format = (value: number | undefined): string => formatFigure(scaled(value));
  const number = (value: number | undefined): string => figureAsNumber(scaled(value));
  return {
    key,
    title,
    unit,
    text: (row) => format(over(row)?.value),
    number: (row) => number(over(row)?.value),
    range: (row) => formatRange(over(row), format),
    bounds: (row) => ({ min: number(over(row)?.min), max: number(over(row)?.max) }),
    interval: () => '',
    lack: () => undefined,
  };
};

/** Percentiles are shown where enough requests were answered to claim them, and nowhere else. */
const percentileColumn = (
  key: string,
  title: string,
  claimed: keyof PercentileSupport,
  over: (row: SummaryRow) => OverRepeats | undefined,
): FigureColumn => {
  const lack = ({ percentileSupport, succeeded = 0 }: SummaryRow): string | undefined =>
    percentileSupport?.[claimed] === false ? lackOfAnswers(claimed, succeeded) : undefined;
  return {
    ...overColumn(key, title, 'ms', (row) => (lack(row) === undefined ? over(row) : undefined)),
    lack,
  };
};

const withInterval = (
  column: FigureColumn,
  estimate: (row: SummaryRow) => Estimate | undefined,
): FigureColumn => {
  const intervalOf = (row: SummaryRow): Interval | undefined => estimate(row)?.interval;
  return {
    ...column,
    interval: (row) => formatInterval(intervalOf(row)),
    ends: (row) => ({
      low: figureAsNumber(intervalOf(row)?.low),
      high: figureAsNumber(intervalOf(row)?.high),
    }),
  };
};

const plainColumn = (
  key: string,
  title: string,
  unit: string,
  value: (row: SummaryRow) => number | undefined,
): FigureColumn => ({
  key,
  title,
  unit,
  text: (row) => formatFigure(value(row)),
  number: (row) => figureAsNumber(value(row)),
  range: () => '',
  interval: () => '',
  lack: () => undefined,
});

/** The figures of the result table, in its order. */
export const FIGURES: readonly FigureColumn[] = [
  withInterval(
    overColumn('request_rate_per_second', 'Rate', 'requests/s', (row) => row.requestRatePerSecond),
    (row) => row.intervals?.requestRatePerSecond,
  ),
  withInterval(
    overColumn('p50_ms', 'Median', 'ms', (row) => row.p50Ms),
    (row) => row.intervals?.p50Ms,
  ),
  {
    ...overColumn(
      'average_of_medians_ms',
      'Mean of medians',
      'ms',
      (row) => row.averageOfMediansMs,
    ),
    isDetail: true,
  },
  withInterval(
    percentileColumn('p95_ms', 'p95', 'p95', (row) => row.p95Ms),
    (row) => row.intervals?.p95Ms,
  ),
  withInterval(
    percentileColumn('p99_ms', 'p99', 'p99', (row) => row.p99Ms),
    (row) => row.intervals?.p99Ms,
  ),
  { ...percentileColumn('p999_ms', 'p99.9', 'p999', (row) => row.p999Ms), isRare: true },
  overColumn('failed_percent', 'Failed', '%', (row) => row.failedShare, PER_CENT),
  {
    ...plainColumn(
      'middleware_cpu_ms_per_request',
      'Middleware',
      'CPU ms/request',
      (row) => row.middlewareCpuMsPerRequest,
    ),
    isDetail: true,
  },
  {
    ...plainColumn(
      'generator_cpu_ms_per_request',
      'Generator',
      'CPU ms/request',
      (row) => row.generatorCpuMsPerRequest,
    ),
    isDetail: true,
  },
  plainColumn('noop_limit_percent', 'Of no-op limit', '%', ({ noopLimit }) =>
    noopLimit === undefined ? undefined : noopLimit.share * PER_CENT,
  ),
  {
    ...overColumn('bypass_percent', 'Of bypass', '%', (row) => row.bypass?.share, PER_CENT),
    absence: noBypass,
  },
  plainColumn('usd_per_million', 'Cost', '$/million', (row) => row.usdPerMillion),
];

/** The columns of a table of these rows: those in which one of them has a figure. */
export const shownFigures = (rows: readonly SummaryRow[]): readonly FigureColumn[] =>
  FIGURES.filter(({ text }) => rows.some((row) => text(row) !== NO_FIGURE));

/** Which columns are left out since no row has the answers to claim the figure, and how many the nearest one has. */
export const unclaimedIn = (rows: readonly SummaryRow[]): readonly string[] => {
  const most = rows.toSorted((a, b) => (b.succeeded ?? 0) - (a.succeeded ?? 0))[0];
  if (most === undefined) return [];
  return FIGURES.filter(
    ({ text, isRare }) => isRare !== true && rows.every((row) => text(row) === NO_FIGURE),
  ).flatMap(({ title, lack }) => {
    const least = lack(most);
    return least === undefined ? [] : [`No row has a ${title}: the nearest one has ${least}.`];
  });
};

/** A column of {@link FIGURES} by its key. */
export const figure = (key: string): FigureColumn => {
  const column = FIGURES.find((one) => one.key === key);
  if (column === undefined) throw new Error(`no figure "${key}"`);
  return column;
};
