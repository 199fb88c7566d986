import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Side } from '../../lib/bench/analysis/verdicts/pairing.ts';
import type { Level, Target } from '../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../lib/bench/model/record.ts';
import { completedMeasurement, loadResult, planMeasurement } from './recorded-run.ts';

const SECONDS = 60;
const template = loadResult([100], SECONDS);

/** A row of a warm path at a level, with a repeat of a minute for each rate; of the rates nothing stands in the row itself. */
export const rowSide = (
  target: Target,
  level: Level,
  rates: readonly number[],
  {
    row = {},
    measurement = {},
  }: {
    readonly row?: Partial<SummaryRow>;
    readonly measurement?: Partial<CompletedMeasurement>;
  } = {},
): Side => ({
  row: {
    target,
    engine: 'onnx',
    scenario: 'warm',
    level,
    repeats: rates.length,
    plannedRepeats: rates.length,
    failedRepeats: [],
    ...row,
  },
  repeats: rates.map((requestRatePerSecond, index) =>
    completedMeasurement(
      planMeasurement(target, 'onnx', 'warm', level, index + 1, SECONDS),
      { ...template, requestRatePerSecond },
      measurement,
    ),
  ),
});
