import type { ColdStart, OverRepeats } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../model/cell.ts';
import { COST_COLUMNS, costFootnote } from './cost-columns.ts';
import { formatRange } from './format-spread.ts';
import { formatFigure } from '../wording/format-number.ts';
import { escapeMarkdown, markdownTable } from './markdown-text.ts';
import { headColumns, neededPathColumns } from './path-column.ts';

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
              title: 'Path',
              text: ({ path }) => labels.get(pathId(path)) ?? pathId(path),
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
 * What a million answers cost on each path and how long it takes to start; empty where a run tells none of it.
 *
 * @param costCharts lines that show the charts of the costs
 */
export const pathLines = (
  { costs, coldStarts = [] }: Pick<Summary, 'costs' | 'coldStarts'>,
  labels: ReadonlyMap<string, string>,
  costCharts: readonly string[] = [],
): readonly string[] => [
  ...(costs === undefined || costs.paths.length === 0
    ? []
    : [
        '## Cost',
        '',
        ...markdownTable(
          [...headColumns(labels), ...neededPathColumns(COST_COLUMNS, costs.paths)],
          costs.paths,
        ),
        '',
        escapeMarkdown(costFootnote(costs)),
        '',
        ...costCharts,
      ]),
  ...coldStartLines(
    coldStarts.filter(({ engine }) => engine !== 'null'),
    labels,
  ),
];
