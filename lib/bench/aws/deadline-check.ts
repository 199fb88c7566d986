import { BenchError } from '../model/errors.ts';
import { durationText } from '../wording/format-number.ts';

/** A run takes longer than its estimate where servings start slowly. */
const MARGIN_SHARE = 1.25;
const MARGIN_SECONDS = 300;

/**
 * Demands that the nodes live long enough for a run.
 *
 * @throws BenchError that names the hours to extend by.
 */
export const demandTime = (
  deadline: Date | undefined,
  estimateSeconds: number,
  now: Date,
): void => {
  if (deadline === undefined) return;
  const left = (deadline.getTime() - now.getTime()) / 1000;
  const needed = estimateSeconds * MARGIN_SHARE + MARGIN_SECONDS;
  if (left >= needed) return;
  throw new BenchError(
    'BENCH_DEADLINE',
    `the nodes end themselves in ${durationText(left)} (${deadline.toISOString()}), and the run takes about ${durationText(estimateSeconds)}`,
    { hint: `let them live longer: npx serving-compare extend ${Math.ceil(needed / 3600)}h` },
  );
};
