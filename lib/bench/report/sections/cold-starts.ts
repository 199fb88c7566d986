import type { ColdStart } from '../../analysis/starts.ts';
import type { Summary } from '../../analysis/summary.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { Labels } from '../../wording/labels.ts';
import { blocks, table, text, countColumn, figureColumn, targetColumn } from '../blocks.ts';
import type { Column, Section } from '../model.ts';

const timeColumn = (
  key: string,
  title: string,
  of: (start: ColdStart) => ColdStart['timeToReadyMs'],
): Column<ColdStart> => ({
  ...figureColumn<ColdStart>(key, title, 'ms', (start) => of(start).median),
  detail: (start) => `${formatFigure(of(start).min)}–${formatFigure(of(start).max)}`,
});

const COLUMNS: readonly Column<ColdStart>[] = [
  countColumn('starts', 'Starts', ({ starts }) => starts),
  timeColumn('time_to_ready_ms', 'Time to ready', ({ timeToReadyMs }) => timeToReadyMs),
  timeColumn('first_request_ms', 'First request', ({ firstRequestMs }) => firstRequestMs),
];

/** How long servings take from their start to the first answer; undefined if none was started cold. */
export const coldStartSection = (
  { coldStarts = [] }: Summary,
  labels: Labels,
): Section | undefined => {
  const starts = coldStarts.filter(({ engine }) => engine !== 'noop');
  if (starts.length === 0) return undefined;
  return {
    id: 'cold-starts',
    title: 'Cold starts',
    blocks: blocks(
      text(
        'Time to ready: from the start of the process to the first healthy answer. First request: the response time of the first request after that, through the middleware. Neither is part of the figures above.',
      ),
      table(
        'Median of all cold starts, with minimum and maximum',
        [targetColumn<ColdStart>(labels), ...COLUMNS],
        starts,
      ),
    ),
  };
};
