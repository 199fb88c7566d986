import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import type { Side } from '../../lib/bench/analysis/verdicts/pairing.ts';
import type { Level, Target } from '../../lib/bench/model/measurement.ts';
import { loadResult } from './recorded-run.ts';
import { rowSide } from './row-side.ts';

export const openLevel = {
  loop: 'open',
  ratePerSecond: 10,
  arrivals: 'poisson',
} as const satisfies Level;

const SECONDS = 60;
const ANSWERS = openLevel.ratePerSecond * SECONDS;

/** Answers that lie closely around their median, half of them on either side of it. */
const around = (medianMs: number): readonly number[] =>
  Array.from(
    { length: ANSWERS },
    (_, index) => medianMs * (0.95 + (0.1 * (index + 0.5)) / ANSWERS),
  );

/** A row of an open loop that carried all that was offered, with a repeat of a minute for each median response time. */
export const openSide = (
  target: Target,
  mediansMs: readonly number[],
  row: Partial<SummaryRow> = {},
): Side => {
  const rate = openLevel.ratePerSecond;
  const offered = ANSWERS * mediansMs.length;
  const side = rowSide(
    target,
    openLevel,
    mediansMs.map(() => rate),
    {
      row: {
        requestRatePerSecond: { value: rate },
        offered,
        succeeded: offered,
        failed: 0,
        measuredSeconds: SECONDS * mediansMs.length,
        ...row,
      },
    },
  );
  return {
    ...side,
    repeats: side.repeats.map((measurement, index) => ({
      ...measurement,
      load: loadResult(around(mediansMs[index] ?? Number.NaN), SECONDS),
    })),
  };
};
