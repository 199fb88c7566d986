import { isServingName } from '../../../serving-configs/index.ts';
import type { Target, Scenario } from '../model/measurement.ts';
import data from './published-points.json' with { type: 'json' };

/** The figures of the study of 2021 for one series at one level, as read from its charts. */
export interface PublishedPoint {
  readonly virtualUsers: number;
  /** Absent if the study has no figure. */
  readonly requestRatePerSecond?: number;
  /** Average of the medians of five runs. */
  readonly medianMs: number;
  readonly failedPercent: number;
}

/** A remark on the points of some levels. */
interface Note {
  /** First and last level to which it applies, in virtual users. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The points of one target of the study in one scenario, by rising number of virtual users. */
export interface PublishedSeries {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly notes: readonly Note[];
  readonly points: readonly PublishedPoint[];
}

/** The source of the figures, as a sentence. */
export const studySource = `${data.source.title}; posts of ${data.source.posts.join(' and ')}.`;

type Row = readonly (number | null)[];

/** In the order of `columns` in the data file, without the reading errors. */
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

/** Finds the series of a target in a scenario; undefined if the study has none, or sent another payload. */
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
