import type { Summary } from '../../analysis/summary.ts';
import type { RowGroup } from '../row-groups.ts';
import { decadeScale, levelScale, zeroBasedScaleFor } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import {
  levelAxisTitle,
  levelsOf,
  levelTitle,
  targetLines,
  spreadWords,
  valuesOf,
  type TargetLooks,
} from './target-lines.ts';
import { publishedLines, STUDY_KEY, studySentence } from './published-lines.ts';
import { paragraph } from './sentences.ts';

/** No-op limits, and figures of others, further above would press the measured lines flat. */
const MOST_ABOVE = 4;

const greatestOf = (lines: readonly ChartLine[]): number =>
  Math.max(0, ...lines.flatMap((line) => line.points.map(({ y, max, high }) => high ?? max ?? y)));

const pointsOf = (lines: readonly ChartLine[]): readonly number[] =>
  lines.flatMap(({ points }) => points.map(({ y }) => y));

const NOOP_LIMIT_KEY = { label: 'its no-op limit', stroke: 'dashed' } as const;

const linesOf = (group: RowGroup, looks: TargetLooks) => ({
  rates: targetLines(group, looks, 'solid', (row) =>
    row.requestRatePerSecond === undefined
      ? undefined
      : {
          what: 'request rate',
          unit: 'requests/s',
          over: row.requestRatePerSecond,
          interval: row.intervals?.requestRatePerSecond?.interval,
        },
  ),
  noopLimits: targetLines(group, looks, 'dashed', ({ noopLimit }) => {
    if (noopLimit === undefined) return undefined;
    const { requestRatePerSecond: value } = noopLimit;
    return {
      what: 'no-op limit',
      unit: 'requests/s',
      over: { value, min: value, max: value },
    };
  }),
});

const namesOf = (lines: readonly ChartLine[]): string => lines.map((line) => line.label).join('; ');

/** Request rate over the load, from zero, with those no-op limits and published rates that are not far above it. */
const rateChart = (group: RowGroup, looks: TargetLooks, { study: printed }: Summary): Chart => {
  const { rates, noopLimits } = linesOf(group, looks);
  const published = publishedLines(group, looks, printed, {
    what: 'request rate',
    unit: 'requests/s',
    of: ({ requestRatePerSecond }) => requestRatePerSecond,
  });
  const greatest = greatestOf(rates);
  const isNear = (line: ChartLine): boolean => greatestOf([line]) <= greatest * MOST_ABOVE;
  const [near, study] = [noopLimits.filter(isNear), published.filter(isNear)];
  const far = noopLimits.filter((line) => !isNear(line));
  const farStudy = published.filter((line) => !isNear(line));
  // Those of others lie behind ours: where both are the same, a ring is left to see.
  const lines = [...study, ...rates, ...near];
  const name = `request-rate-${group.id}`;
  const caption = [
    'Right answers a second over the measuring windows.',
    spreadWords(rates),
    near.length > 0 ? 'Dashed: what the rig carries with the no-op backend.' : '',
    far.length > 0
      ? `Far above this chart lie the no-op limits${far.length === noopLimits.length ? '' : ` of ${namesOf(far)}`}. See “Headroom”.`
      : '',
    study.length > 0 && printed !== undefined ? studySentence(printed) : '',
    farStudy.length > 0
      ? `Far above this chart lies what the study of 2021 printed for ${namesOf(farStudy)}. See “Beside the study of 2021”.`
      : '',
  ];
  return {
    name,
    title: 'Request rate',
    description: `Line chart of the request rate in requests a second against ${levelTitle(group)}, ${group.scenario} scenario, one line a target: ${namesOf(rates)}.`,
    caption: paragraph(caption),
    svg: drawLineChart({
      name,
      xTitle: levelAxisTitle(group),
      yTitle: 'requests/s',
      panels: [
        {
          x: levelScale(levelsOf(group)),
          y: zeroBasedScaleFor(pointsOf(lines), valuesOf(lines)),
          lines,
        },
      ],
      keys: [
        ...(near.length > 0 ? [NOOP_LIMIT_KEY] : []),
        ...(study.length > 0 ? [STUDY_KEY] : []),
      ],
    }),
  };
};

/** Request rate and all no-op limits on a logarithmic axis; undefined where the rate chart shows every no-op limit already. */
const headroomChart = (group: RowGroup, looks: TargetLooks): Chart | undefined => {
  const { rates, noopLimits } = linesOf(group, looks);
  if (greatestOf(noopLimits) <= greatestOf(rates) * MOST_ABOVE) return undefined;
  const name = `headroom-${group.id}`;
  return {
    name,
    title: 'Headroom',
    description: `Line chart on a logarithmic axis of the request rate of each target and of its no-op limit with the no-op backend against ${levelTitle(group)}, ${group.scenario} scenario.`,
    caption:
      'The distance from a target to its dashed line of the same colour is what the rig had to spare. Logarithmic axis.',
    svg: drawLineChart({
      name,
      xTitle: levelAxisTitle(group),
      yTitle: 'requests/s (log)',
      panels: [
        {
          x: levelScale(levelsOf(group)),
          y: decadeScale(valuesOf([...rates, ...noopLimits])),
          lines: [...rates, ...noopLimits],
        },
      ],
      keys: [NOOP_LIMIT_KEY],
    }),
  };
};

/** The request rate against the load; a second chart where no-op limits lie far above it. Empty without figures. */
export const requestRateCharts = (
  group: RowGroup,
  looks: TargetLooks,
  summary: Summary,
): readonly Chart[] => {
  if (linesOf(group, looks).rates.length === 0) return [];
  const headroom = headroomChart(group, looks);
  const rate = rateChart(group, looks, summary);
  return headroom === undefined ? [rate] : [rate, headroom];
};
