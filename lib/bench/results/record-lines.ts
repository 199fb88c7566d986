import { isDeepStrictEqual } from 'node:util';
import { BenchError } from '../errors.ts';
import type { Cell } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';
import { searchOf, trialCell } from '../plan/slo/search.ts';
import { recordProblem } from './record-problem.ts';
import type { CellRecord, ResultRecord } from './record.ts';

/** The whole lines of a results file. */
export interface ParsedRecords {
  readonly records: readonly ResultRecord[];
  /** Length of the part that is whole, in bytes; what follows was cut off while it was written. */
  readonly wholeBytes: number;
}

type ParsedLine =
  | { readonly record: ResultRecord }
  /** A line that a cut left is never JSON, since its end is missing. */
  | { readonly why: string; readonly mayBeCut: boolean };

const parseLine = (line: string): ParsedLine => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { why: 'it is no JSON', mayBeCut: true };
  }
  const why = recordProblem(value);
  return why === undefined ? { record: value as ResultRecord } : { why, mayBeCut: false };
};

/**
 * Reads the text of `results.jsonl`. The last line may be cut off or, after a power cut, hold anything: it is left out.
 *
 * @throws BenchError where an earlier line is damaged, or a line is no record: that no cut explains.
 */
export const parseRecords = (text: string, file: string): ParsedRecords => {
  const lines = text.split('\n');
  // Behind the last line feed lies nothing, or a line that was cut off.
  const tail = lines.pop() ?? '';
  const records: ResultRecord[] = [];
  let damagedTail = tail;
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line);
    if ('record' in parsed) {
      records.push(parsed.record);
      continue;
    }
    const isLast = index === lines.length - 1 && tail === '';
    if (!isLast || !parsed.mayBeCut) {
      const message = `line ${index + 1} of ${file} is damaged: ${parsed.why}`;
      throw new BenchError('BENCH_DAMAGED', message, {
        hint: 'delete that line, and its cell runs again with --resume; or start a new run',
      });
    }
    damagedTail = `${line}\n`;
  }
  return { records, wholeBytes: Buffer.byteLength(text) - Buffer.byteLength(damagedTail) };
};

/** The trial of one of the plan's searches that a cell is; its id and its rate say which. */
const trialOf = ({ searches }: Plan, { id, level }: Cell): Cell | undefined => {
  const search = searchOf(searches, { id });
  return search === undefined || level.loop === 'closed'
    ? undefined
    : trialCell(search, level.ratePerSecond);
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
  const kept = new Map<string, CellRecord>();
  for (const record of records) {
    if (record.kind !== 'cell') continue;
    const { id } = record.cell;
    const cell = planned.get(id) ?? trialOf(plan, record.cell);
    if (cell === undefined) {
      throw new BenchError(
        'BENCH_FOREIGN_CELL',
        `${file} holds the cell "${id}", which the plan beside it does not`,
        { hint: 'the two are of different runs; take both from one run folder' },
      );
    }
    if (!isDeepStrictEqual(record.cell, cell)) {
      throw new BenchError(
        'BENCH_FOREIGN_CELL',
        `${file} holds the cell "${id}" with another load or other times than the plan beside it`,
        {
          hint: 'the two are of different runs, or one was changed; take both from one run folder',
        },
      );
    }
    const earlier = kept.get(id);
    if (earlier === undefined || earlier.state === 'failed') kept.set(id, record);
  }
  return records.filter((record) => record.kind !== 'cell' || kept.get(record.cell.id) === record);
};
