import type { Summary } from '../../analysis/summary.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, levelAxis } from './axes.ts';
import type { ChartContent } from './chart.ts';
import { levelsOf, levelTitle, targetLines, pointsOf } from './target-lines.ts';
import { bandSentence, bandsOf, valuesOf, type TargetLooks } from './target-lines.ts';
import { publishedLines, STUDY_KEY, studySentence } from './published-lines.ts';

/** Median and 95th percentile of the response time against the load. Empty without figures. */
export const responseTimeCharts = (
  group: RowGroup,
  looks: TargetLooks,
  { study }: Summary,
): readonly ChartContent[] => {
  const unit = 'ms';
  const medians = targetLines(group, looks, 'solid', ({ p50Ms, intervals }) => ({
    what: 'median',
    unit,
    value: p50Ms?.value,
    interval: intervals?.p50Ms?.interval,
  }));
  // Without intervals: bands of two lines in one colour could not be told apart.
  const p95s = targetLines(group, looks, 'dotted', ({ p95Ms, percentileSupport }) => ({
    what: 'p95',
    unit,
    value: p95Ms?.value,
    isWeak: percentileSupport?.p95 === false,
  }));
  if (medians.length === 0) return [];
  const printed = publishedLines(group, looks, study, {
    what: 'average of medians',
    unit,
    of: ({ medianMs }) => medianMs,
  });
  const lines = [...printed, ...medians, ...p95s];
  const y = latencyAxis('response time, ms', valuesOf(lines), bandsOf(lines));
  return [
    {
      name: 'response-time',
      title: 'Response time',
      shows: `the median${p95s.length === 0 ? '' : ' and the 95th percentile'} of the response time in milliseconds against ${levelTitle(group)}`,
      caption: [
        'Solid: median of all correct answers.',
        p95s.length === 0
          ? 'Too few answers support a 95th percentile.'
          : 'Dotted: 95th percentile.',
        bandSentence(medians),
        y.kind === 'log' && 'Logarithmic axis.',
        pointsOf(p95s).some(({ standing }) => standing === 'weak') &&
          'Faint: too few answers to claim a 95th percentile.',
        studySentence(printed, study),
      ],
      plot: {
        kind: 'lines',
        panels: [{ x: levelAxis(levelTitle(group), levelsOf(group)), y, lines }],
        keys: { dotted: 'p95', ...STUDY_KEY },
      },
    },
  ];
};
