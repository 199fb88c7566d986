import {
  publishedSeries,
  publishedSource,
  type Reading,
} from '../../published/published-points.ts';
import { csvText } from '../csv-text.ts';

const COLUMNS = [
  'serving',
  'protocol',
  'payload',
  'encoding',
  'scenario',
  'virtual_users',
  'requests_per_second',
  'requests_per_second_error',
  'median_ms',
  'median_error_ms',
  'failed_percent',
  'failed_percent_error',
];

const readingFields = (reading: Reading | undefined): readonly string[] =>
  reading === undefined ? ['', ''] : [String(reading.value), String(reading.error)];

/** `points.csv`: one line a point of the study, each figure beside what its reading may be off. */
export const renderPublishedCsv = (): string =>
  csvText(
    COLUMNS,
    publishedSeries.flatMap(({ path, scenario, points }) =>
      points.map((point) => [
        path.serving,
        path.protocol,
        path.payload,
        path.encoding,
        scenario,
        String(point.virtualUsers),
        ...readingFields(point.requestRatePerSecond),
        ...readingFields(point.medianMs),
        ...readingFields(point.failedPercent),
      ]),
    ),
    [['source', publishedSource.title]],
  );
