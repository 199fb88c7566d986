import { isServingName } from '../../../serving-configs/index.ts';
import type { Target, Scenario } from '../model/measurement.ts';
import data from './published-points.json' with { type: 'json' };

/** What the study of 2021 printed for one series at one level, as read from its charts. */
export interface PublishedPoint {
  readonly virtualUsers: number;
  /** Absent where nothing was printed. */
  readonly requestRatePerSecond?: number;
  /** Average over five runs of the runs' medians. */
  readonly medianMs: number;
  readonly failedPercent: number;
}

/** What must be known of the points of some levels. */
interface Note {
  /** The first and the last level that it holds for, in virtual users. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The points of one target of the study in one scenario, by rising number of virtual users. */
export interface PublishedSeries {
  /** The target as the study went it. */
  readonly target: Target;
  readonly scenario: Scenario;
  readonly notes: readonly Note[];
  readonly points: readonly PublishedPoint[];
}

/** Where the figures come from, as a sentence. */
export const studySource = `${data.source.title}; posts of ${data.source.posts.join(' and ')}.`;

type Row = readonly (number | null)[];

/** In the order of `columns` in the data file; the errors of reading are for those who check it. */
const pointOf = ([users, rate, , median, , failed]: Row): PublishedPoint => ({
  virtualUsers: users ?? Number.NaN,
  requestRatePerSecond: rate ?? undefined,
  medianMs: median ?? Number.NaN,
  failedPercent: failed ?? Number.NaN,
});

/** All series of the study that could be read: 130 points. */
export const publishedSeries: readonly PublishedSeries[] = data.series.map((series) => {
  const { serving, protocol, payload, encoding, scenario, notes, points } = series;
  if (!isServingName(serving)) throw new Error(`published-points.json: no serving "${serving}"`);
  return {
    target: { serving, protocol, payload, encoding } as Target,
    scenario: scenario as Scenario,
    notes,
    points: points.map(pointOf),
  };
});

/** What the study printed for a target in a scenario; undefined where it printed nothing, or sent another payload. */
export const publishedSeriesOf = (
  target: Target,
  scenario: Scenario,
): PublishedSeries | undefined =>
  publishedSeries.find(
    (series) =>
      series.target.serving === target.serving &&
      series.target.protocol === target.protocol &&
      series.target.payload === target.payload &&
      series.scenario === scenario,
  );
