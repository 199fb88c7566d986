import { rowKey } from '../../analysis/row-key.ts';
import type { MeasuredMedian, MeasuredRate } from '../../analysis/verdicts/log-ratio.ts';
import { medianOf } from '../../analysis/verdicts/measured-median.ts';
import { rateOf } from '../../analysis/verdicts/side.ts';
import type { ResultRecord } from '../../results/record.ts';
import type { Cell } from '../cell.ts';
import type { RatesByRepeat, SpeedsByRepeat } from './settled.ts';

const NO_RATES: RatesByRepeat = new Map();
const NO_SPEEDS: SpeedsByRepeat = new Map();

const noteIn = <Figure>(
  rows: Map<string, Map<number, Figure>>,
  cell: Cell,
  figure: Figure,
): void => {
  const key = rowKey(cell);
  const ofRow = rows.get(key);
  if (ofRow === undefined) rows.set(key, new Map([[cell.repeat, figure]]));
  else ofRow.set(cell.repeat, figure);
};

/** What a runner knows of its cells so far. */
export interface KnownCells {
  readonly note: (record: ResultRecord) => void;
  readonly noteRate: (cell: Cell, rate: MeasuredRate) => void;
  readonly noteSkipped: (cell: Cell) => void;
  /** Rates of the repeats of a cell's row, by repeat; those that failed have none. */
  readonly ratesOf: (cell: Cell) => RatesByRepeat;
  /** What verdicts are of, by repeat: the rates, or at an open loop the median response times. */
  readonly speedsOf: (cell: Cell) => SpeedsByRepeat;
  readonly isSkipped: (cell: Cell) => boolean;
}

export const createKnownCells = (records: readonly ResultRecord[] = []): KnownCells => {
  const rates = new Map<string, Map<number, MeasuredRate>>();
  const medians = new Map<string, Map<number, MeasuredMedian>>();
  const skipped = new Set<string>();
  const noteRate = (cell: Cell, rate: MeasuredRate): void => {
    noteIn(rates, cell, rate);
  };
  const noteSkipped = ({ id }: Cell): void => void skipped.add(id);
  const note = (record: ResultRecord): void => {
    if (record.kind !== 'cell') return;
    if (record.state === 'skipped') noteSkipped(record.cell);
    if (record.state !== 'completed') return;
    noteRate(record.cell, rateOf(record));
    if (record.cell.level.loop === 'open') noteIn(medians, record.cell, medianOf(record));
  };
  for (const record of records) note(record);
  return {
    note,
    noteRate,
    noteSkipped,
    ratesOf: (cell) => rates.get(rowKey(cell)) ?? NO_RATES,
    speedsOf: (cell) =>
      (cell.level.loop === 'open' ? medians : rates).get(rowKey(cell)) ?? NO_SPEEDS,
    isSkipped: ({ id }) => skipped.has(id),
  };
};
