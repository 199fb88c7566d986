// Cells and rows with the figures that a gate asks for.
import type { GateResult } from '../../../../../lib/bench/analysis/gates/gate.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import type { Cell, Level, Path } from '../../../../../lib/bench/model/cell.ts';
import type { CompletedCell } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedCell,
  loadResult,
  planCell,
  recordedPaths,
} from '../../../../support/recorded-run.ts';

export const [path, otherPath] = recordedPaths() as [Path, Path];

export const open = (ratePerSecond: number): Level => ({
  loop: 'open',
  ratePerSecond,
  arrivals: 'constant',
});

/** A window of 10 s with this many right answers, of this mean latency to the last digit. */
export const loadOf = (
  answers: number,
  meanMs: number,
  extra: Partial<LoadResult> = {},
): LoadResult => {
  const load = loadResult(
    Array.from({ length: answers }, () => meanMs),
    10,
    extra,
  );
  return answers === 0 ? load : { ...load, latency: { ...load.latency, meanMs, maxMs: meanMs } };
};

interface CellOptions extends Partial<Pick<Cell, 'timeoutMs' | 'repeat' | 'level'>> {
  readonly busiestCpuShare?: number;
}

/** A cell of four users, where nothing else is asked for. */
export const cellOf = (
  load: LoadResult,
  { busiestCpuShare, level = closed(4), repeat = 1, ...cell }: CellOptions = {},
): CompletedCell => {
  const completed = completedCell(
    { ...planCell(path, 'onnx', 'warm', level, repeat), ...cell },
    load,
  );
  const { middleware } = completed;
  return busiestCpuShare === undefined
    ? completed
    : { ...completed, middleware: { ...middleware, busiestCpuShare } };
};

/** A row of four users, where nothing else is asked for. */
export const rowOf = (extra: Partial<SummaryRow> = {}): SummaryRow => ({
  path,
  engine: 'onnx',
  scenario: 'warm',
  level: closed(4),
  repeats: 1,
  plannedRepeats: 1,
  failedRepeats: [],
  warnings: [],
  ...extra,
});

export const over = (value: number) => ({ value, min: value, max: value });

/** The states of gates by their names. */
export const statesOf = (
  gates: readonly GateResult[] = [],
): Readonly<Partial<Record<GateResult['gate'], GateResult['state']>>> =>
  Object.fromEntries(gates.map(({ gate, state }) => [gate, state]));
