import type { RowGroup } from '../row-groups.ts';
import { decadeScale, levelScale, zeroBasedScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import {
  levelAxisTitle,
  levelsOf,
  levelTitle,
  pathLines,
  spreadWords,
  valuesOf,
  type PathLooks,
} from './path-lines.ts';

/** Ceilings further above would press the measured lines flat. */
const MOST_ABOVE = 4;

const greatestOf = (lines: readonly ChartLine[]): number =>
  Math.max(0, ...lines.flatMap((line) => line.points.map(({ y, max, high }) => high ?? max ?? y)));

const CEILING_KEY = { label: 'its null ceiling', stroke: 'dashed' } as const;

const linesOf = (group: RowGroup, looks: PathLooks) => ({
  rates: pathLines(group, looks, 'solid', (row) =>
    row.requestRatePerSecond === undefined
      ? undefined
      : {
          what: 'request rate',
          unit: 'requests/s',
          over: row.requestRatePerSecond,
          interval: row.intervals?.requestRatePerSecond?.interval,
        },
  ),
  ceilings: pathLines(group, looks, 'dashed', ({ ceiling }) => {
    if (ceiling === undefined) return undefined;
    const { requestRatePerSecond: value } = ceiling;
    return {
      what: 'null ceiling',
      unit: 'requests/s',
      over: { value, min: value, max: value },
    };
  }),
});

/** Request rate over the load, from zero, with those ceilings that are not far above it. */
const rateChart = (group: RowGroup, looks: PathLooks): Chart => {
  const { rates, ceilings } = linesOf(group, looks);
  const greatest = greatestOf(rates);
  const near = ceilings.filter((line) => greatestOf([line]) <= greatest * MOST_ABOVE);
  const far = ceilings.filter((line) => !near.includes(line));
  const name = `request-rate-${group.id}`;
  const caption = [
    'Right answers a second over the measuring windows.',
    spreadWords(rates),
    near.length > 0 ? 'Dashed: what the apparatus carries with the null engine.' : '',
    far.length > 0
      ? `Far above this chart lie the ceilings of ${far.map((line) => line.label).join('; ')}. See “Headroom”.`
      : '',
  ];
  return {
    name,
    title: 'Request rate',
    description: `Line chart of the request rate in requests a second against ${levelTitle(group)}, ${group.scenario} scenario, one line a path: ${rates.map((line) => line.label).join('; ')}.`,
    caption: caption.filter((sentence) => sentence !== '').join(' '),
    svg: drawLineChart({
      name,
      xTitle: levelAxisTitle(group),
      yTitle: 'requests/s',
      panels: [{ x: levelScale(levelsOf(group)), y: zeroBasedScale(), lines: [...rates, ...near] }],
      keys: near.length > 0 ? [CEILING_KEY] : [],
    }),
  };
};

/** Request rate and all ceilings on a logarithmic axis; undefined where the rate chart shows every ceiling already. */
const headroomChart = (group: RowGroup, looks: PathLooks): Chart | undefined => {
  const { rates, ceilings } = linesOf(group, looks);
  if (greatestOf(ceilings) <= greatestOf(rates) * MOST_ABOVE) return undefined;
  const name = `headroom-${group.id}`;
  return {
    name,
    title: 'Headroom',
    description: `Line chart on a logarithmic axis of the request rate of each path and of its ceiling with the null engine against ${levelTitle(group)}, ${group.scenario} scenario.`,
    caption:
      'The distance from a path to its dashed line of the same colour is what the apparatus had to spare. Logarithmic axis.',
    svg: drawLineChart({
      name,
      xTitle: levelAxisTitle(group),
      yTitle: 'requests/s (log)',
      panels: [
        {
          x: levelScale(levelsOf(group)),
          y: decadeScale(valuesOf([...rates, ...ceilings])),
          lines: [...rates, ...ceilings],
        },
      ],
      keys: [CEILING_KEY],
    }),
  };
};

/** The request rate against the load; a second chart where ceilings lie far above it. Empty without figures. */
export const requestRateCharts = (group: RowGroup, looks: PathLooks): readonly Chart[] => {
  if (linesOf(group, looks).rates.length === 0) return [];
  const headroom = headroomChart(group, looks);
  return headroom === undefined ? [rateChart(group, looks)] : [rateChart(group, looks), headroom];
};
