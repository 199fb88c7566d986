import type { PublishedPoint, Reading } from '../../published/published-points.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import type { PublishedGroup } from '../charts/published-charts.ts';

/** A point of the study with the name of its serving. */
export interface PublishedRow {
  readonly label: string;
  readonly point: PublishedPoint;
}

/** The points of a group, series by series. */
export const publishedRows = ({ series }: PublishedGroup): readonly PublishedRow[] =>
  series.flatMap(({ look: { label }, series: { points } }) =>
    points.map((point) => ({ label, point })),
  );

const readingText = (reading: Reading | undefined): string =>
  reading === undefined ? NO_FIGURE : `${reading.value} ± ${reading.error}`;

/** What tables say of a point, the same in every output. */
export const PUBLISHED_COLUMNS: readonly {
  readonly title: string;
  readonly text: (row: PublishedRow) => string;
  readonly isFigure: boolean;
}[] = [
  { title: 'Serving', text: ({ label }) => label, isFigure: false },
  { title: 'VUs', text: ({ point }) => String(point.virtualUsers), isFigure: true },
  {
    title: 'Requests/s',
    text: ({ point }) => readingText(point.requestRatePerSecond),
    isFigure: true,
  },
  { title: 'Median ms', text: ({ point }) => readingText(point.medianMs), isFigure: true },
  { title: 'Failed %', text: ({ point }) => readingText(point.failedPercent), isFigure: true },
];
