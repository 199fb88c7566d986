import type { OverRepeats, SummaryRow } from '../analysis/summary.ts';
import { formatFigure, formatPercent, formatRange, NO_FIGURE } from './format-number.ts';

/** A column of figures, the same in every output. */
export interface FigureColumn {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly unit: string;
  /** The figure as text; `–` where there is none. */
  readonly text: (row: SummaryRow) => string;
  /** The range over repeats; empty where there is none. */
  readonly range: (row: SummaryRow) => string;
  /** The least and the greatest of the repeats as text; undefined for figures without them. */
  readonly bounds?: (row: SummaryRow) => { readonly min: string; readonly max: string };
  /** False where too few requests were answered to claim the figure. */
  readonly supported: (row: SummaryRow) => boolean;
  /** Why a row can have no such figure; undefined where it has one, or might have. */
  readonly absence?: (row: SummaryRow) => string | undefined;
}

/** Why a gRPC path has no direct check where others have one, as a sentence. */
const NO_DIRECT_OVER_GRPC =
  'gRPC paths have no direct check with this load engine: it sends HTTP requests, and no encoded messages.';

/** One that has figures, but neither of a direct check nor of one that failed, was planned without. */
const noDirect = ({ path, repeats, direct, directFailures }: SummaryRow): string | undefined =>
  path.protocol === 'grpc' && repeats > 0 && direct === undefined && directFailures === undefined
    ? NO_DIRECT_OVER_GRPC
    : undefined;

/** What is to be said below a table of these rows about figures that some of them cannot have. */
export const absencesIn = (rows: readonly SummaryRow[]): readonly string[] => [
  ...new Set(
    FIGURES.filter((column) => rows.some((row) => column.text(row) !== NO_FIGURE)).flatMap(
      ({ absence }) => rows.flatMap((row) => absence?.(row) ?? []),
    ),
  ),
];

const overColumn = (
  key: string,
  title: string,
  unit: string,
  over: (row: SummaryRow) => OverRepeats | undefined,
  format: (value: number) => string = formatFigure,
  supported: (row: SummaryRow) => boolean = () => true,
): FigureColumn => {
  const text = (value: number | undefined): string =>
    value === undefined ? NO_FIGURE : format(value);
  return {
    key,
    title,
    unit,
    text: (row) => text(over(row)?.value),
    range: (row) => formatRange(over(row), format),
    bounds: (row) => ({ min: text(over(row)?.min), max: text(over(row)?.max) }),
    supported,
  };
};

const plainColumn = (
  key: string,
  title: string,
  unit: string,
  value: (row: SummaryRow) => number | undefined,
  format: (value: number | undefined) => string = formatFigure,
): FigureColumn => ({
  key,
  title,
  unit,
  text: (row) => format(value(row)),
  range: () => '',
  supported: () => true,
});

/** The figures of the result table, in its order. */
export const FIGURES: readonly FigureColumn[] = [
  overColumn('request_rate_per_second', 'Rate', 'requests/s', (row) => row.requestRatePerSecond),
  overColumn('p50_ms', 'Median', 'ms', (row) => row.p50Ms),
  overColumn(
    'p95_ms',
    'p95',
    'ms',
    (row) => row.p95Ms,
    formatFigure,
    (row) => row.percentileSupport?.p95 ?? true,
  ),
  overColumn(
    'p99_ms',
    'p99',
    'ms',
    (row) => row.p99Ms,
    formatFigure,
    (row) => row.percentileSupport?.p99 ?? true,
  ),
  overColumn('failed_percent', 'Failed', '%', (row) => row.failedShare, formatPercent),
  plainColumn(
    'middleware_cpu_ms_per_request',
    'Middleware',
    'CPU ms/request',
    (row) => row.middlewareCpuMsPerRequest,
  ),
  plainColumn(
    'generator_cpu_ms_per_request',
    'Generator',
    'CPU ms/request',
    (row) => row.generatorCpuMsPerRequest,
  ),
  plainColumn('ceiling_percent', 'Of ceiling', '%', (row) => row.ceiling?.share, formatPercent),
  {
    ...overColumn('direct_percent', 'Of direct', '%', (row) => row.direct?.share, formatPercent),
    absence: noDirect,
  },
];

/** A column of {@link FIGURES} by its key. */
export const figure = (key: string): FigureColumn => {
  const column = FIGURES.find((one) => one.key === key);
  if (column === undefined) throw new Error(`no figure "${key}"`);
  return column;
};
