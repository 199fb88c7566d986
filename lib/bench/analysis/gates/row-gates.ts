import type { CompletedCell } from '../../model/record.ts';
import type { SummaryRow } from '../summary-row.ts';
import { ceilingGate } from './ceiling-share.ts';
import { censoringGate } from './censoring.ts';
import { directGate } from './direct-share.ts';
import type { GateResult, RepeatGate } from './gate.ts';
import { generatorCpuGate } from './generator-cpu.ts';
import { gpuThrottledGate } from './gpu-throttled.ts';
import { littleGate } from './little.ts';
import { middlewareCpuGate } from './middleware-cpu.ts';
import { scheduleGate } from './schedule.ts';
import { serverIdleGate, type PeakRates } from './server-idle.ts';

type CellsGate = (cells: readonly CompletedCell[]) => GateResult;

const repeatOf = (gate: CellsGate, cell: CompletedCell): RepeatGate => {
  const { state, figure, limit } = gate([cell]);
  return {
    repeat: cell.cell.repeat,
    state,
    ...(figure === undefined ? {} : { figure }),
    ...(limit === undefined ? {} : { limit }),
  };
};

/** A gate over all repeats of a row and for each of them: where one fails, the row does, with the words of the worst. */
const overRepeats = (gate: CellsGate, cells: readonly CompletedCell[]): GateResult => {
  const all = gate(cells);
  if (cells.length < 2 || all.figure === undefined) return all;
  const repeats = cells.map((cell) => repeatOf(gate, cell));
  const failed = cells.filter((_, index) => repeats[index]?.state === 'failed');
  const [worst] = failed
    .map((cell) => ({ repeat: cell.cell.repeat, result: gate([cell]) }))
    .toSorted((a, b) => (b.result.figure ?? 0) - (a.result.figure ?? 0));
  if (all.state === 'failed' || worst === undefined) return { ...all, repeats };
  return { ...worst.result, finding: `Repeat ${worst.repeat}: ${worst.result.finding}`, repeats };
};

/**
 * All gates of a row, in their order.
 *
 * @param cells the row's cells that gave figures, at least one
 * @param peaks of all rows of the run
 * @param oracle of the whole run
 */
export const rowGates = (
  row: SummaryRow,
  cells: readonly CompletedCell[],
  peaks: PeakRates,
  oracle: GateResult,
): readonly GateResult[] => [
  overRepeats(littleGate, cells),
  overRepeats(generatorCpuGate, cells),
  overRepeats(middlewareCpuGate, cells),
  ceilingGate(row),
  directGate(row),
  overRepeats(scheduleGate, cells),
  serverIdleGate(row, peaks),
  overRepeats(gpuThrottledGate, cells),
  overRepeats(censoringGate, cells),
  oracle,
];
