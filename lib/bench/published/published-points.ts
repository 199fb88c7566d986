import { isServingName } from '../../../serving-configs/index.ts';
import type { Path, Scenario } from '../plan/cell.ts';
import data from './published-points.json' with { type: 'json' };

/** A figure that was read from a chart: its true value lies within `value` ± `error`. */
export interface Reading {
  readonly value: number;
  readonly error: number;
}

/** What the study of 2021 printed for one series at one level. */
export interface PublishedPoint {
  readonly virtualUsers: number;
  /** Absent where nothing was printed. */
  readonly requestRatePerSecond?: Reading;
  /** Average over five runs of the runs' medians. */
  readonly medianMs: Reading;
  readonly failedPercent: Reading;
}

/** What must be known of some points of a series. */
export interface Caveat {
  /** The first and the last level that it holds for, in virtual users. */
  readonly from: number;
  readonly to: number;
  readonly figures: readonly string[];
  /** The figures are those of a timeout. */
  readonly censored: boolean;
  readonly text: string;
}

/** The points of one path of the study in one scenario, by rising number of virtual users. */
export interface PublishedSeries {
  /** The path as the study went it. */
  readonly path: Path;
  readonly scenario: Scenario;
  /** What the request rate most likely stopped at. */
  readonly plateau: {
    readonly boundBy: 'serving' | 'middleware' | 'both';
    readonly confidence: 'high' | 'medium';
    /** Continues a sentence that ends in “bound by”. */
    readonly text: string;
    /** What of that a middleware set as the study's was does not bring back, as a sentence; absent where nothing is known. */
    readonly notRecreated?: string;
  };
  readonly caveats: readonly Caveat[];
  readonly points: readonly PublishedPoint[];
}

/** Where the figures come from and how they were read. */
export interface PublishedSource {
  readonly title: string;
  /** Dates and subjects. */
  readonly posts: readonly string[];
  readonly repository: string;
  readonly commit: string;
  readonly hardware: string;
  /** What a printed figure is. */
  readonly figures: string;
  readonly reading: string;
}

export const publishedSource: PublishedSource = data.source;

type Row = readonly (number | null)[];

const readingOf = (value: number | null = null, error: number | null = null): Reading => ({
  value: value ?? Number.NaN,
  error: error ?? Number.NaN,
});

/** In the order of `columns` in the data file. */
const pointOf = ([users, rate, rateError, median, medianError, failed, failedError]: Row) => ({
  virtualUsers: users ?? Number.NaN,
  ...(typeof rate === 'number' ? { requestRatePerSecond: readingOf(rate, rateError) } : {}),
  medianMs: readingOf(median, medianError),
  failedPercent: readingOf(failed, failedError),
});

/** All series of the study that could be read: 130 points. */
export const publishedSeries: readonly PublishedSeries[] = data.series.map((series) => {
  const { serving, protocol, payload, encoding, scenario, plateau, caveats, points } = series;
  if (!isServingName(serving)) throw new Error(`published-points.json: no serving "${serving}"`);
  return {
    path: { serving, protocol, payload, encoding } as Path,
    scenario: scenario as Scenario,
    plateau: plateau as PublishedSeries['plateau'],
    caveats,
    points: points.map(pointOf),
  };
});

/** The series of a serving over a protocol, whatever its payload here; undefined where the study printed none. */
export const publishedSeriesOf = (
  { serving, protocol }: Pick<Path, 'serving' | 'protocol'>,
  scenario: Scenario,
): PublishedSeries | undefined =>
  publishedSeries.find(
    ({ path, scenario: printed }) =>
      path.serving === serving && path.protocol === protocol && printed === scenario,
  );

/** Whether a path carries what the study sent: the same payload, in whatever encoding. */
export const isAsPublished = (path: Path, series: PublishedSeries): boolean =>
  path.payload === series.path.payload;
