import type { Summary } from '../../analysis/summary.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, levelScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
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

/** Median and 95th percentile of the response time against the load. Empty without figures. */
export const responseTimeCharts = (
  group: RowGroup,
  looks: TargetLooks,
  { study: printed }: Summary,
): readonly Chart[] => {
  const medians = targetLines(group, looks, 'solid', (row) =>
    row.p50Ms === undefined
      ? undefined
      : { what: 'median', unit: 'ms', over: row.p50Ms, interval: row.intervals?.p50Ms?.interval },
  );
  const p95s = targetLines(group, looks, 'dotted', (row) =>
    row.p95Ms === undefined
      ? undefined
      : {
          what: 'p95',
          unit: 'ms',
          // The bars of two lines in one colour could not be told apart.
          over: { value: row.p95Ms.value, min: row.p95Ms.value, max: row.p95Ms.value },
          faint: row.percentileSupport?.p95 === false,
        },
  );
  if (medians.length === 0) return [];
  const study = publishedLines(group, looks, printed, {
    what: 'average of medians',
    unit: 'ms',
    of: ({ medianMs }) => medianMs,
  });
  const lines = [...study, ...medians, ...p95s];
  const y = latencyScale(valuesOf(lines));
  const hasFaint = p95s.some((line) => line.points.some((point) => point.faint === true));
  const name = `response-time-${group.id}`;
  const caption = [
    `Solid: median of all correct answers.${p95s.length === 0 ? ' Too few answers support a 95th percentile.' : ' Dotted: 95th percentile.'}`,
    spreadWords(medians),
    y.kind === 'log' ? 'Logarithmic axis.' : '',
    hasFaint ? 'Faint: too few answers to claim a 95th percentile.' : '',
    study.length > 0 && printed !== undefined ? studySentence(printed) : '',
  ];
  return [
    {
      name,
      title: 'Response time',
      description: `Line chart of the median${p95s.length === 0 ? '' : ' and the 95th percentile'} of the response time in milliseconds against ${levelTitle(group)}, ${group.scenario} scenario, one colour a target: ${medians.map((line) => line.label).join('; ')}.`,
      caption: paragraph(caption),
      svg: drawLineChart({
        name,
        xTitle: levelAxisTitle(group),
        yTitle: y.kind === 'log' ? 'response time, ms (log)' : 'response time, ms',
        panels: [{ x: levelScale(levelsOf(group)), y, lines }],
        keys: [
          ...(p95s.length === 0 ? [] : [{ label: 'p95', stroke: 'dotted' } as const]),
          ...(study.length > 0 ? [STUDY_KEY] : []),
        ],
      }),
    },
  ];
};
