import { rowKey } from '../../analysis/row-key.ts';
import type { MeasuredRate } from '../../analysis/verdicts/log-ratio.ts';
import { rateOf } from '../../analysis/verdicts/side.ts';
import type { ResultRecord } from '../../results/record.ts';
import type { Cell } from '../cell.ts';
import type { RatesByRepeat } from './settled.ts';

const NONE: RatesByRepeat = new Map();

/** What a runner knows of its cells so far. */
export interface KnownCells {
  readonly note: (record: ResultRecord) => void;
  readonly noteRate: (cell: Cell, rate: MeasuredRate) => void;
  readonly noteSkipped: (cell: Cell) => void;
  /** Rates of the repeats of a cell's row, by repeat; those that failed have none. */
  readonly ratesOf: (cell: Cell) => RatesByRepeat;
  readonly isSkipped: (cell: Cell) => boolean;
}

export const createKnownCells = (records: readonly ResultRecord[] = []): KnownCells => {
  const rates = new Map<string, Map<number, MeasuredRate>>();
  const skipped = new Set<string>();
  const noteRate = (cell: Cell, rate: MeasuredRate): void => {
    const key = rowKey(cell);
    const ofRow = rates.get(key);
    if (ofRow === undefined) rates.set(key, new Map([[cell.repeat, rate]]));
    else ofRow.set(cell.repeat, rate);
  };
  const noteSkipped = ({ id }: Cell): void => void skipped.add(id);
  const note = (record: ResultRecord): void => {
    if (record.kind !== 'cell') return;
    if (record.state === 'skipped') noteSkipped(record.cell);
    if (record.state === 'completed') noteRate(record.cell, rateOf(record));
  };
  for (const record of records) note(record);
  return {
    note,
    noteRate,
    noteSkipped,
    ratesOf: (cell) => rates.get(rowKey(cell)) ?? NONE,
    isSkipped: ({ id }) => skipped.has(id),
  };
};
