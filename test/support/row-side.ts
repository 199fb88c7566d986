import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Side } from '../../lib/bench/analysis/verdicts/side.ts';
import type { Level, Path } from '../../lib/bench/model/cell.ts';
import type { CompletedCell } from '../../lib/bench/model/record.ts';
import { completedCell, loadResult, planCell } from './recorded-run.ts';

const SECONDS = 60;
const template = loadResult([100], SECONDS);

/** A row of a warm path at a level, with a repeat of a minute for each rate; of the rates nothing stands in the row itself. */
export const rowSide = (
  path: Path,
  level: Level,
  rates: readonly number[],
  {
    row = {},
    cell = {},
  }: { readonly row?: Partial<SummaryRow>; readonly cell?: Partial<CompletedCell> } = {},
): Side => ({
  row: {
    path,
    engine: 'onnx',
    scenario: 'warm',
    level,
    repeats: rates.length,
    plannedRepeats: rates.length,
    failedRepeats: [],
    warnings: [],
    ...row,
  },
  repeats: rates.map((requestRatePerSecond, index) =>
    completedCell(
      planCell(path, 'onnx', 'warm', level, index + 1, SECONDS),
      { ...template, requestRatePerSecond },
      cell,
    ),
  ),
});
