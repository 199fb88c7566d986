import { BenchError } from '../model/errors.ts';
import { pathId } from '../model/cell.ts';
import type { Plan } from '../model/plan.ts';
import type { CellRecord, ResultRecord } from '../model/record.ts';

const nameOf = (record: ResultRecord): string =>
  record.kind === 'cell'
    ? `the cell "${record.cell.id}"`
    : `a ${record.kind} of ${pathId(record.path)}`;

/** Cells of two plans can be alike in all but what the hash is over: the model, the images, what serves. */
const demandPlan = (
  records: readonly ResultRecord[],
  { hash }: Pick<Plan, 'hash'>,
  file: string,
): void => {
  const foreign = records.find(({ planHash }) => planHash !== undefined && planHash !== hash);
  if (foreign === undefined) return;
  throw new BenchError(
    'BENCH_FOREIGN_CELL',
    `${file} holds ${nameOf(foreign)} of the plan ${foreign.planHash}, and the plan beside it is ${hash}`,
    { hint: 'the two are of different runs; take both from one run folder' },
  );
};

/**
 * Leaves out all but one record of a cell: the first, or, where that failed and the cell was given out anew, what became of
 * it then.
 *
 * @throws BenchError on a record of another plan: the files are of two runs.
 */
export const dedupeRecords = (
  records: readonly ResultRecord[],
  plan: Pick<Plan, 'hash'>,
  file: string,
): readonly ResultRecord[] => {
  demandPlan(records, plan, file);
  const kept = new Map<string, CellRecord>();
  for (const record of records) {
    if (record.kind !== 'cell') continue;
    const { id } = record.cell;
    const earlier = kept.get(id);
    if (earlier === undefined || earlier.state === 'failed') kept.set(id, record);
  }
  return records.filter((record) => record.kind !== 'cell' || kept.get(record.cell.id) === record);
};
