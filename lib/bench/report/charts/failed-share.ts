import type { Summary } from '../../analysis/summary.ts';
import type { RowGroup } from '../row-groups.ts';
import { levelAxis, zeroBasedAxis } from './axes.ts';
import type { ChartContent } from './chart.ts';
import { levelsOf, levelTitle, targetLines, valuesOf } from './target-lines.ts';
import type { TargetLooks } from './target-lines.ts';
import { publishedLines, STUDY_KEY, studySentence } from './published-lines.ts';

/** Less than a percent must not fill the chart. */
const LEAST_PERCENT = 1;

/** Share of failed requests against the load, a line a target that has any. Empty where no request failed. */
export const failedShareCharts = (
  group: RowGroup,
  looks: TargetLooks,
  { study }: Summary,
): readonly ChartContent[] => {
  const all = targetLines(group, looks, 'solid', ({ failedShare, failures = {} }) => {
    const kinds = Object.entries(failures).map(([name, count]) => `${count} × ${name}`);
    return {
      what: 'failed',
      unit: '%',
      value: failedShare && failedShare.value * 100,
      more: kinds.length === 0 ? '' : `, ${kinds.join(', ')}`,
    };
  });
  const failed = all.filter(({ points }) => points.some(({ y }) => y > 0));
  if (failed.length === 0) return [];
  const labels = new Set(failed.map(({ label }) => label));
  const printed = publishedLines(group, looks, study, {
    what: 'failed',
    unit: '%',
    of: ({ failedPercent }) => failedPercent,
  }).filter(({ label }) => labels.has(label));
  const lines = [...printed, ...failed];
  const others = all.length - failed.length;
  return [
    {
      name: 'failed-share',
      title: 'Failed requests',
      shows: `the share of failed requests in percent against ${levelTitle(group)}`,
      caption: [
        'Failed requests, wrong answers included, as a share of all that were answered or failed in the measuring windows. “Failures” tells them by their kind.',
        others > 0 && `Targets without a failure have no line here; they are ${others}.`,
        studySentence(printed, study),
      ],
      plot: {
        kind: 'lines',
        panels: [
          {
            x: levelAxis(levelTitle(group), levelsOf(group)),
            y: zeroBasedAxis('failed, %', [LEAST_PERCENT, ...valuesOf(lines)]),
            lines,
          },
        ],
        keys: STUDY_KEY,
      },
    },
  ];
};
