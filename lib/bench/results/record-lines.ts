import { BenchError } from '../errors.ts';
import { recordProblem, type RecordProblem } from './record-problem.ts';
import type { ResultRecord } from './record.ts';

/** The whole lines of a results file. */
export interface ParsedRecords {
  readonly records: readonly ResultRecord[];
  /** Length of the part that is whole, in bytes; what follows was cut off while it was written. */
  readonly wholeBytes: number;
}

type ParsedLine =
  | { readonly record: ResultRecord }
  /** A line that a cut left is never JSON, since its end is missing. */
  | { readonly problem: RecordProblem; readonly mayBeCut: boolean };

const parseLine = (line: string): ParsedLine => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: { why: 'it is no JSON', isLater: false }, mayBeCut: true };
  }
  const problem = recordProblem(value);
  return problem === undefined ? { record: value as ResultRecord } : { problem, mayBeCut: false };
};

const damaged = (line: number, file: string, { why, isLater }: RecordProblem): BenchError =>
  isLater
    ? new BenchError('BENCH_SCHEMA', `line ${line} of ${file} cannot be read: ${why}`, {
        hint: 'use the version of bench that made the run',
      })
    : new BenchError('BENCH_DAMAGED', `line ${line} of ${file} is damaged: ${why}`, {
        hint: 'delete that line, and its cell runs again with --resume; or start a new run',
      });

const LINE_FEED = 10;

/**
 * Reads the content of `results.jsonl`. The last line may be cut off or, after a power cut, hold anything: it is left out.
 *
 * @param content bytes, since the text of a long run can be longer than a string
 * @throws BenchError where an earlier line is damaged, or a line is no record: that no cut explains.
 */
export const parseRecords = (content: Buffer, file: string): ParsedRecords => {
  const records: ResultRecord[] = [];
  let start = 0;
  for (let end = content.indexOf(LINE_FEED); end !== -1; end = content.indexOf(LINE_FEED, start)) {
    const parsed = parseLine(content.toString('utf8', start, end));
    if ('problem' in parsed) {
      const isLast = end === content.length - 1;
      if (isLast && parsed.mayBeCut) break;
      throw damaged(records.length + 1, file, parsed.problem);
    }
    records.push(parsed.record);
    start = end + 1;
  }
  // Behind the last line feed lies nothing, or a line that was cut off.
  return { records, wholeBytes: start };
};
