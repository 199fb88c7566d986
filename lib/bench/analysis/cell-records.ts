import { BenchError } from '../model/errors.ts';
import type { Cell } from '../model/cell.ts';
import type { Plan } from '../model/plan.ts';
import { searchOf } from '../plan/slo-search.ts';
import type { CompletedCell, FailedCell, ResultRecord } from '../model/record.ts';

export interface CellRecords {
  readonly completed: ReadonlyMap<string, CompletedCell>;
  readonly failed: ReadonlyMap<string, FailedCell>;
  /** Planned cells without a record, in the order of the plan. */
  readonly missing: readonly Cell[];
}

/**
 * Sorts the records of cells by id. A cell that was recorded twice, as may happen when a run is cut off between writing
 * and noting, counts once: its first record. Trials of a search are left out, as they are no cells of the plan: they tell what the
 * search found, and overload a path on purpose.
 *
 * @throws BenchError on a record of a cell that is not in the plan
 */
export const cellRecords = (
  { cells: planned, searches }: Pick<Plan, 'cells' | 'searches'>,
  records: readonly ResultRecord[],
): CellRecords => {
  const ids = new Set(planned.map((cell) => cell.id));
  const completed = new Map<string, CompletedCell>();
  const failed = new Map<string, FailedCell>();
  for (const record of records) {
    if (record.kind !== 'cell' || searchOf(searches, record.cell) !== undefined) continue;
    const { id } = record.cell;
    if (!ids.has(id)) {
      throw new BenchError(
        'BENCH_RESULTS_DAMAGED',
        `results.jsonl holds the cell "${id}", which plan.json does not: the two are of different runs.`,
        { hint: 'take both files from one run folder' },
      );
    }
    if (completed.has(id) || failed.has(id)) continue;
    if (record.state === 'completed') completed.set(id, record);
    else failed.set(id, record);
  }
  const missing = planned.filter(({ id }) => !completed.has(id) && !failed.has(id));
  return { completed, failed, missing };
};
