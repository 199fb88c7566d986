import type { ColdStart } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { table, text } from '../blocks.ts';
import { countColumn, overColumn, targetColumn, type Labels } from '../columns.ts';
import type { Column, Section } from '../model.ts';

/** How the serving behind a target starts; in CSV they stand in targets.csv. */
export const COLD_START_COLUMNS: readonly Column<ColdStart>[] = [
  countColumn('cold_starts', 'Starts', ({ starts }) => starts),
  overColumn('time_to_ready_ms', 'Time to ready', 'ms', ({ timeToReadyMs }) => timeToReadyMs),
  overColumn('first_request_ms', 'First request', 'ms', ({ firstRequestMs }) => firstRequestMs),
];

/** How long servings take from their start to the first answer; nothing where none was started cold. */
export const coldStartSection = ({ coldStarts = [] }: Summary, labels: Labels): Section => {
  const starts = coldStarts.filter(({ engine }) => engine !== 'noop');
  return {
    id: 'cold-starts',
    name: 'Cold starts',
    title: 'Cold starts',
    blocks:
      starts.length === 0
        ? []
        : [
            text(
              'Time to ready: from the start of the process to the first healthy answer. First request: the latency of the first one after that, through the middleware. Neither is in the figures above.',
            ),
            ...table(
              'Median of all cold starts, with the least and the greatest',
              [targetColumn<ColdStart>(labels), ...COLD_START_COLUMNS],
              starts,
              { file: 'targets.csv' },
            ),
          ],
  };
};
