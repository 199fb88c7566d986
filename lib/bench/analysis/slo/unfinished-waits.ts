import type { LoadResult, SecondBin } from '../../load/result.ts';
import type { CompletedCell } from '../../results/record.ts';
import { readHistogram } from '../read-histogram.ts';
import { valuesAbove } from '../statistics/distribution.ts';

const MICROSECONDS_PER_MS = 1000;
const MS_PER_SECOND = 1000;

/**
 * A window whose end was without answers for so much of it, beyond the bound, has stood still: ten times the share of requests
 * that may be over a bound of p99, so that no single slow answer does it.
 */
const STILL_SHARE = 0.1;

const secondsBehind = (
  bins: readonly SecondBin[],
  durationSeconds: number,
  place: number,
): number => durationSeconds - ((bins[place]?.second ?? -1) + 1);

/**
 * How many of the unfinished requests had surely waited longer than the bound, where no waits were recorded: those that
 * cannot have been sent in the seconds at the end that the bound reaches into.
 */
const surelyLonger = (
  { bins, unfinished, durationSeconds }: LoadResult,
  boundMs: number,
): number => {
  if (bins.length === 0) return 0;
  const recent = bins.filter(
    (_, place) => secondsBehind(bins, durationSeconds, place) * MS_PER_SECOND <= boundMs,
  );
  const sent = recent.reduce((total, bin) => total + bin.sent, 0);
  return Math.max(0, unfinished - sent);
};

/**
 * How many requests of a closed loop had waited longer than the bound when its window ended, without an answer. Of older
 * records, which do not tell how long they had waited, the least number that there must be.
 *
 * @throws BenchError where the histogram of the waits cannot be read
 */
export const waitedLonger = ({ cell, load }: CompletedCell, boundMs: number): number =>
  load.unfinishedWaits === undefined
    ? surelyLonger(load, boundMs)
    : valuesAbove(
        readHistogram(`the unfinished requests of the cell "${cell.id}"`, load.unfinishedWaits),
        boundMs * MICROSECONDS_PER_MS,
      );

/**
 * Whether a closed loop had no right answer at the end of its window for longer than the bound and a tenth of the window: each
 * of its users waits with one request then, and those that they would have sent in that time, which would have been late
 * too, do not exist. So these few are no measure of how much of the load a standing serving keeps waiting.
 */
export const hasStoodStill = ({ bins, durationSeconds }: LoadResult, boundMs: number): boolean => {
  const last = bins.findLastIndex(({ succeeded }) => succeeded > 0);
  const stillMs = secondsBehind(bins, durationSeconds, last) * MS_PER_SECOND;
  return bins.length > 0 && stillMs > boundMs + STILL_SHARE * durationSeconds * MS_PER_SECOND;
};
