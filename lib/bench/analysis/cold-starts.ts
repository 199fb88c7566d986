import { pathId } from '../model/cell.ts';
import type { CompletedCell } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { medianOverRepeats } from './over-repeats.ts';
import type { ColdStart } from './summary-row.ts';

/**
 * The starts of the serving behind each path and engine, over all levels and repeats of the cold scenario, in the order
 * in which the paths come. `value` is the median of the starts.
 */
export const coldStartsOf = (cells: readonly CompletedCell[]): ColdStart[] => {
  const cold = cells.flatMap(({ cell, start }) =>
    start === undefined || cell.scenario !== 'cold' ? [] : [{ cell, start }],
  );
  const groups = groupBy(cold, ({ cell }) => `${pathId(cell.path)}/${cell.engine}`);
  return [...groups.values()].flatMap((group) => {
    const starts = group.map(({ start }) => start);
    const timeToReadyMs = medianOverRepeats(starts.map((start) => start.timeToReadyMs));
    const firstRequestMs = medianOverRepeats(starts.map((start) => start.firstRequestMs));
    if (timeToReadyMs === undefined || firstRequestMs === undefined) return [];
    const { path, engine } = group[0].cell;
    return [{ path, engine, starts: starts.length, timeToReadyMs, firstRequestMs }];
  });
};
