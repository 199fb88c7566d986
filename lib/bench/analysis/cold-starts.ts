import { pathId } from '../plan/cell.ts';
import type { CompletedCell } from '../results/record.ts';
import { medianOverRepeats } from './over-repeats.ts';
import type { ColdStart } from './summary.ts';

/**
 * The starts of the serving behind each path and engine, over all levels and repeats of the cold scenario, in the order
 * in which the paths come. `value` is the median of the starts.
 */
export const coldStartsOf = (cells: readonly CompletedCell[]): ColdStart[] => {
  const groups = new Map<string, CompletedCell[]>();
  for (const cell of cells) {
    if (cell.start === undefined || cell.cell.scenario !== 'cold') continue;
    const key = `${pathId(cell.cell.path)}/${cell.cell.engine}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const starts = group.flatMap((cell) => (cell.start === undefined ? [] : [cell.start]));
    const timeToReadyMs = medianOverRepeats(starts.map((start) => start.timeToReadyMs));
    const firstRequestMs = medianOverRepeats(starts.map((start) => start.firstRequestMs));
    if (first === undefined || timeToReadyMs === undefined || firstRequestMs === undefined)
      return [];
    const { path, engine } = first.cell;
    return [{ path, engine, starts: starts.length, timeToReadyMs, firstRequestMs }];
  });
};
