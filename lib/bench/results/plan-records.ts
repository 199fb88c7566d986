import { isDeepStrictEqual } from 'node:util';
import { BenchError } from '../errors.ts';
import { pathId, type Cell } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';
import { sameTrialCell, searchOf } from '../plan/slo/search.ts';
import type { CellRecord, ResultRecord } from './record.ts';

const nameOf = (record: ResultRecord): string =>
  record.kind === 'cell'
    ? `the cell "${record.cell.id}"`
    : `a ${record.kind} of ${pathId(record.path)}`;

/** What a run writes once, as a name; undefined for what it may write again: after a cut, or where a cell failed. */
const onceWritten = (record: ResultRecord): string | undefined => {
  if (record.kind === 'cell') {
    return record.state === 'failed' ? undefined : `of the cell "${record.cell.id}"`;
  }
  // A path is checked again at each start, and an older record does not tell when.
  const startedAt = record.kind === 'check' ? record.startedAt : record.tries[0]?.startedAt;
  if (startedAt === undefined) return undefined;
  const engine = record.kind === 'check' ? ` (${record.engine})` : '';
  // Pairs of nodes may begin in the same millisecond.
  const pair = record.pair === undefined ? '' : ` by pair ${record.pair}`;
  return `${nameOf(record)}${engine}${pair} begun at ${startedAt}`;
};

/**
 * No run writes what became of a cell twice, unless it failed and was given out anew, or a check of its answers or of a known
 * latency: one of the lines came from elsewhere.
 *
 * @param records of all lines of the file, in their order
 * @throws BenchError that names both lines
 */
export const demandEachOnce = (records: readonly ResultRecord[], file: string): void => {
  const lines = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    const what = onceWritten(record);
    if (what === undefined) continue;
    const earlier = lines.get(what);
    if (earlier !== undefined) {
      throw new BenchError(
        'BENCH_DOUBLED_CELL',
        `lines ${earlier} and ${index + 1} of ${file} are both ${what}`,
        { hint: 'no run writes that twice: delete the line that was added' },
      );
    }
    lines.set(what, index + 1);
  }
};

/** The trial of one of the plan's searches that a cell is; its id, its rate and its window say which. */
const trialOf = ({ searches }: Plan, cell: Cell): Cell | undefined => {
  const search = searchOf(searches, cell);
  return search === undefined ? undefined : sameTrialCell(search, cell);
};

const foreign = (message: string): BenchError =>
  new BenchError('BENCH_FOREIGN_CELL', message, {
    hint: 'the two are of different runs, or one was changed; take both from one run folder',
  });

/**
 * Cells of two plans can be alike in all but what the hash is over: the model, the images, what serves. Only lines of older
 * versions have no hash, and none of them comes after a line of a later one.
 */
const demandPlans = (records: readonly ResultRecord[], plan: Plan, file: string): void => {
  const { hash, recordFormat = 1 } = plan;
  let hasHash = recordFormat >= 2;
  for (const record of records) {
    const { planHash } = record;
    if (planHash === undefined && hasHash) {
      throw foreign(
        `${file} holds ${nameOf(record)} that does not say of which plan it is, as every line of this run does`,
      );
    }
    if (planHash !== undefined && planHash !== hash) {
      throw foreign(
        `${file} holds ${nameOf(record)} of the plan ${planHash}, and the plan beside it is ${hash}`,
      );
    }
    hasHash ||= planHash !== undefined;
  }
};

/**
 * Leaves out all but one record of a cell: the first, or, where that failed and the cell was given out anew, what became of
 * it then.
 *
 * @throws BenchError on a cell that the plan does not hold like that: the files are of two runs.
 */
export const dedupeRecords = (
  records: readonly ResultRecord[],
  plan: Plan,
  file: string,
): readonly ResultRecord[] => {
  const planned = new Map(plan.cells.map((cell) => [cell.id, cell]));
  const paths = new Set(plan.paths.map(pathId));
  const kept = new Map<string, CellRecord>();
  demandPlans(records, plan, file);
  for (const record of records) {
    if (record.kind === 'check' && !paths.has(pathId(record.path))) {
      throw foreign(`${file} holds ${nameOf(record)}, which the plan beside it does not`);
    }
    if (record.kind !== 'cell') continue;
    const { id } = record.cell;
    const cell = planned.get(id) ?? trialOf(plan, record.cell);
    if (cell === undefined) {
      throw foreign(`${file} holds ${nameOf(record)}, which the plan beside it does not`);
    }
    if (!isDeepStrictEqual(record.cell, cell)) {
      throw foreign(
        `${file} holds ${nameOf(record)} with another load or other times than the plan beside it`,
      );
    }
    const earlier = kept.get(id);
    if (earlier === undefined || earlier.state === 'failed') kept.set(id, record);
  }
  return records.filter((record) => record.kind !== 'cell' || kept.get(record.cell.id) === record);
};
