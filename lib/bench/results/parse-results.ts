import { BenchError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResultRecord } from './record.ts';

export interface ParsedResults {
  readonly records: readonly ResultRecord[];
  /** Length of the part that holds whole lines; what follows is the line that a cut left half written. */
  readonly wholeBytes: number;
}

const damaged = (line: number, what: string): BenchError =>
  new BenchError('BENCH_RESULTS_DAMAGED', `results.jsonl, line ${line}: ${what}.`, {
    hint: 'restore the file, or start a new run; no figure is made from damaged results',
  });

const parseLine = (text: string, line: number): ResultRecord => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(line, `it is not JSON (${error instanceof Error ? error.message : ''})`);
  }
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (kind !== 'cell' && kind !== 'check') throw damaged(line, 'it is neither a cell nor a check');
  return value as ResultRecord;
};

/**
 * Reads the records of a run. A last line without its end is what a cut leaves, and does not count.
 * @throws BenchError `BENCH_RESULTS_DAMAGED` for a line that is not a record, that names a cell of another plan, or that
 * repeats a cell.
 */
export const parseResults = (content: Buffer, plan: Plan): ParsedResults => {
  const wholeBytes = content.lastIndexOf('\n') + 1;
  const lines = content.toString('utf8', 0, wholeBytes).split('\n').slice(0, -1);
  const planned = new Set(plan.cells.map(({ id }) => id));
  const seen = new Set<string>();
  const records = lines.map((text, index) => {
    const record = parseLine(text, index + 1);
    if (record.kind === 'cell') {
      const { id } = record.cell;
      if (!planned.has(id)) throw damaged(index + 1, `the cell "${id}" is not in plan.json`);
      if (seen.has(id)) throw damaged(index + 1, `the cell "${id}" was there before`);
      seen.add(id);
    }
    return record;
  });
  return { records, wholeBytes };
};
