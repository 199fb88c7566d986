import type { Summary } from '../../analysis/summary.ts';
import type { RowGroup } from '../row-groups.ts';
import { levelAxis, logAxis, zeroBasedAxis } from './axes.ts';
import type { ChartContent } from './chart.ts';
import { labelsOf, levelsOf, levelTitle, targetLines, pointsOf } from './target-lines.ts';
import { bandSentence, bandsOf, valuesOf, type TargetLooks } from './target-lines.ts';
import type { Line } from './plot.ts';
import { publishedLines, STUDY_KEY, studySentence } from './published-lines.ts';

/** No-op limits, and figures of others, further above would press the measured lines flat. */
const MOST_ABOVE = 4;

const NOOP_LIMIT_KEY = { dashed: 'its no-op limit' } as const;

const greatestOf = (lines: readonly Line[]): number =>
  Math.max(0, ...pointsOf(lines).map(({ y, band }) => band?.[1] ?? y));

const linesOf = (group: RowGroup, looks: TargetLooks) => {
  const [what, unit] = ['request rate', 'requests/s'];
  const rates = targetLines(group, looks, 'solid', ({ requestRatePerSecond: rate, intervals }) => ({
    what,
    unit,
    value: rate?.value,
    interval: intervals?.requestRatePerSecond?.interval,
  }));
  const noopLimits = targetLines(group, looks, 'dashed', ({ noopLimit }) => ({
    what: 'no-op limit',
    unit,
    value: noopLimit?.requestRatePerSecond,
  }));
  return { rates, noopLimits };
};

/** Request rate over the load, from zero, with those no-op limits and published rates that are not far above it. */
const rateChart = (group: RowGroup, looks: TargetLooks, { study }: Summary): ChartContent => {
  const { rates, noopLimits } = linesOf(group, looks);
  const printed = publishedLines(group, looks, study, {
    what: 'request rate',
    unit: 'requests/s',
    of: ({ requestRatePerSecond }) => requestRatePerSecond,
  });
  const isNear = (line: Line): boolean => greatestOf([line]) <= greatestOf(rates) * MOST_ABOVE;
  const [nearNoopLimits, nearPrinted] = [noopLimits.filter(isNear), printed.filter(isNear)];
  const farNoopLimits = noopLimits.filter((line) => !isNear(line));
  const farPrinted = printed.filter((line) => !isNear(line));
  // Those of others lie behind ours: where both are the same, a ring is left to see.
  const lines = [...nearPrinted, ...rates, ...nearNoopLimits];
  return {
    name: 'request-rate',
    title: 'Request rate',
    shows: `the request rate in requests a second against ${levelTitle(group)}`,
    caption: [
      'Correct answers per second over the measuring windows.',
      bandSentence(rates),
      nearNoopLimits.length > 0 && 'Dashed: what the rig carries with the no-op backend.',
      farNoopLimits.length > 0 &&
        `Far above this chart lie the no-op limits${nearNoopLimits.length === 0 ? '' : ` of ${labelsOf(farNoopLimits)}`}. See “Headroom”.`,
      studySentence(nearPrinted, study),
      farPrinted.length > 0 &&
        `Far above this chart lies what the study of 2021 printed for ${labelsOf(farPrinted)}. See “Beside the study of 2021”.`,
    ],
    plot: {
      kind: 'lines',
      panels: [
        {
          x: levelAxis(levelTitle(group), levelsOf(group)),
          y: zeroBasedAxis('requests/s', valuesOf(lines), bandsOf(lines)),
          lines,
        },
      ],
      keys: { ...NOOP_LIMIT_KEY, ...STUDY_KEY },
    },
  };
};

/** Request rate and all no-op limits on a logarithmic axis. */
const headroomChart = (group: RowGroup, lines: readonly Line[]): ChartContent => ({
  name: 'headroom',
  title: 'Headroom',
  shows: `the request rate of each target and of its no-op limit with the no-op backend, on a logarithmic axis, against ${levelTitle(group)}`,
  caption: [
    'The distance from a target to its dashed line of the same colour is what the rig had to spare. Logarithmic axis.',
  ],
  plot: {
    kind: 'lines',
    panels: [
      {
        x: levelAxis(levelTitle(group), levelsOf(group)),
        y: logAxis('requests/s', valuesOf(lines), bandsOf(lines)),
        lines,
      },
    ],
    keys: NOOP_LIMIT_KEY,
  },
});

/** The request rate against the load; a second chart where no-op limits lie far above it. Empty without figures. */
export const requestRateCharts = (
  group: RowGroup,
  looks: TargetLooks,
  summary: Summary,
): readonly ChartContent[] => {
  const { rates, noopLimits } = linesOf(group, looks);
  if (rates.length === 0) return [];
  const rate = rateChart(group, looks, summary);
  return greatestOf(noopLimits) <= greatestOf(rates) * MOST_ABOVE
    ? [rate]
    : [rate, headroomChart(group, [...rates, ...noopLimits])];
};
