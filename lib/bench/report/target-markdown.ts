import type { ColdStart, OverRepeats } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { COST_COLUMNS, costFootnote } from './cost-columns.ts';
import { formatRange } from './format-spread.ts';
import { formatFigure } from '../wording/format-number.ts';
import { escapeMarkdown, markdownTable } from './markdown-text.ts';
import { headColumns, neededTargetColumns } from './target-column.ts';

const overText = (over: OverRepeats): string => {
  const range = formatRange(over);
  return formatFigure(over.value) + (range === '' ? '' : ` (${range})`);
};

const coldStartLines = (
  starts: readonly ColdStart[],
  labels: ReadonlyMap<string, string>,
): readonly string[] =>
  starts.length === 0
    ? []
    : [
        '## Cold starts',
        '',
        ...markdownTable<ColdStart>(
          [
            {
              title: 'Target',
              text: ({ target }) => labels.get(targetId(target)) ?? targetId(target),
              isFigure: false,
            },
            { title: 'Starts', text: (start) => String(start.starts), isFigure: true },
            {
              title: 'Time to ready, ms',
              text: ({ timeToReadyMs }) => overText(timeToReadyMs),
              isFigure: true,
            },
            {
              title: 'First request, ms',
              text: ({ firstRequestMs }) => overText(firstRequestMs),
              isFigure: true,
            },
          ],
          starts,
        ),
        '',
      ];

/**
 * What a million answers cost on each target and how long it takes to start; empty where a run tells none of it.
 *
 * @param costCharts lines that show the charts of the costs
 */
export const targetLines = (
  { costs, coldStarts = [] }: Pick<Summary, 'costs' | 'coldStarts'>,
  labels: ReadonlyMap<string, string>,
  costCharts: readonly string[] = [],
): readonly string[] => [
  ...(costs === undefined || costs.targets.length === 0
    ? []
    : [
        '## Cost',
        '',
        ...markdownTable(
          [...headColumns(labels), ...neededTargetColumns(COST_COLUMNS, costs.targets)],
          costs.targets,
        ),
        '',
        escapeMarkdown(costFootnote(costs)),
        '',
        ...costCharts,
      ]),
  ...coldStartLines(
    coldStarts.filter(({ engine }) => engine !== 'noop'),
    labels,
  ),
];
