import type { RowGroup } from '../row-groups.ts';
import { levelScale, zeroBasedScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import { drawLineChart } from './line-chart.ts';
import { levelAxisTitle, levelsOf, levelTitle, pathLines, type PathLooks } from './path-lines.ts';

/** Share of failed requests against the load. Empty without figures. */
export const failedShareCharts = (group: RowGroup, looks: PathLooks): readonly Chart[] => {
  const lines = pathLines(group, looks, 'solid', ({ failedShare }) =>
    failedShare === undefined
      ? undefined
      : {
          what: 'failed',
          unit: '%',
          over: {
            value: failedShare.value * 100,
            min: failedShare.min * 100,
            max: failedShare.max * 100,
          },
        },
  );
  if (lines.length === 0) return [];
  const greatest = Math.max(
    ...lines.flatMap((line) => line.points.map((point) => point.max ?? point.y)),
  );
  const name = `failed-share-${group.id}`;
  return [
    {
      name,
      title: 'Failed requests',
      description: `Line chart of the share of failed requests in percent against ${levelTitle(group)}, ${group.scenario} scenario, one line a path: ${lines.map((line) => line.label).join('; ')}.`,
      caption:
        greatest === 0
          ? 'No request failed.'
          : 'Failed requests, wrong answers included, as a share of all that were answered or failed in the measuring windows. Thin bars: least and greatest repeat.',
      svg: drawLineChart({
        name,
        xTitle: levelAxisTitle(group),
        yTitle: 'failed, %',
        panels: [
          {
            x: levelScale(levelsOf(group)),
            // Less than a percent must not fill the chart.
            y: zeroBasedScale(greatest < 1 ? 1 : 0),
            lines,
          },
        ],
        keys: [],
      }),
    },
  ];
};
