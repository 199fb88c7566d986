import type { RecordOrigin, ResultRecord, SkippedCell } from '../../results/record.ts';
import type { Cell } from '../cell.ts';
import type { Plan } from '../plan.ts';
import { createKnownCells } from './known-cells.ts';
import { leaveOut } from './leave-out.ts';
import { createPlanNeighbours } from './plan-neighbours.ts';

/** Decides cell by cell what is not worth its time. */
export interface EarlyStopping {
  /** Takes up what became of a cell. */
  readonly note: (record: ResultRecord) => void;
  /** The record of a cell that is left out; undefined where it is to be measured. */
  readonly leftOut: (cell: Cell, at: Date) => SkippedCell | undefined;
}

/**
 * Early stopping as the plan's options want it. A runner knows its own records only: where node pairs share a plan, each
 * decides by what it measured itself, so that a row whose repeats are spread over pairs is rarely settled.
 *
 * @param records those of the runner's folder, also of earlier starts
 */
export const createEarlyStopping = (
  { cells, options }: Pick<Plan, 'cells' | 'options'>,
  records: readonly ResultRecord[],
  origin: RecordOrigin | undefined,
): EarlyStopping => {
  if (options?.stopEarly !== true) return { note: () => undefined, leftOut: () => undefined };
  const neighbours = createPlanNeighbours(cells);
  const known = createKnownCells(records);
  return {
    note: known.note,
    leftOut: (cell, at) => {
      const why = leaveOut(cell, neighbours, known);
      const common = {
        kind: 'cell',
        state: 'skipped',
        cell,
        finishedAt: at.toISOString(),
      } as const;
      return why === undefined ? undefined : { ...common, ...why, ...origin };
    },
  };
};
