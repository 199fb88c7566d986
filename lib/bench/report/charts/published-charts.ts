import type { PublishedPoint, PublishedSeries, Reading } from '../../published/published-points.ts';
import { decadeScale, levelScale, zeroBasedScale, type AxisScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import type { PathLook } from './path-lines.ts';

/** The series that the study drew together: those of one protocol and scenario. */
export interface PublishedGroup {
  /** For anchors and file names. */
  readonly id: string;
  /** For headings. */
  readonly title: string;
  readonly series: readonly { readonly look: PathLook; readonly series: PublishedSeries }[];
}

type Figure = (point: PublishedPoint) => Reading | undefined;

const linesOf = ({ series }: PublishedGroup, figure: Figure, what: string): readonly ChartLine[] =>
  series.flatMap(({ look, series: { points } }) => {
    const drawn = points.flatMap((point) => {
      const reading = figure(point);
      if (reading === undefined) return [];
      const { value, error } = reading;
      const { virtualUsers: x } = point;
      const tip = `${look.label}, ${x} VUs: ${what} ${value} ± ${error}`;
      return [{ x, y: value, min: value - error, max: value + error, tip }];
    });
    return drawn.length === 0 ? [] : [{ ...look, stroke: 'solid' as const, points: drawn }];
  });

const levelsOf = ({ series }: PublishedGroup): readonly number[] => [
  ...new Set(series.flatMap(({ series: { points } }) => points.map((one) => one.virtualUsers))),
];

const chartOf = (
  group: PublishedGroup,
  what: { readonly id: string; readonly title: string; readonly unit: string },
  figure: Figure,
  scaleOf: (values: readonly number[]) => AxisScale,
): readonly Chart[] => {
  const lines = linesOf(group, figure, what.title.toLowerCase());
  if (lines.length === 0) return [];
  const name = `published-${group.id}-${what.id}`;
  const y = scaleOf(lines.flatMap((line) => line.points.map((point) => point.y)));
  return [
    {
      name,
      title: what.title,
      description: `Line chart of the ${what.title.toLowerCase()} that the study of 2021 printed against virtual users: ${lines.map((line) => line.label).join('; ')}.`,
      caption: 'Read from the charts of the study; the thin bars are what the reading may be off.',
      svg: drawLineChart({
        name,
        xTitle: 'virtual users',
        yTitle: what.unit,
        panels: [{ x: levelScale(levelsOf(group)), y, lines }],
        keys: [],
      }),
    },
  ];
};

/** What the study drew of one group: rate, median and failures against the load, those of them that it printed. */
export const publishedCharts = (group: PublishedGroup): readonly Chart[] => [
  ...chartOf(
    group,
    { id: 'rate', title: 'Request rate', unit: 'requests/s' },
    (point) => point.requestRatePerSecond,
    () => zeroBasedScale(),
  ),
  ...chartOf(
    group,
    { id: 'median', title: 'Median response time', unit: 'ms (log)' },
    (point) => point.medianMs,
    decadeScale,
  ),
  ...chartOf(
    group,
    { id: 'failed', title: 'Failed requests', unit: '% of requests' },
    (point) => point.failedPercent,
    () => zeroBasedScale(),
  ),
];
