import { takeOver, workOfRepeats, type Work } from '../plan/share-repeats.ts';
import type { RepeatProgress } from './repeat-progress.ts';
import type { RunRequest } from './run-request.ts';

/** What is left of a run, and for whom. */
export interface ResumedShares extends Required<Pick<RunRequest, 'repeats' | 'keptMeasurements'>> {
  /** What each pair has to do that has anything to do, by its number. */
  readonly left: ReadonlyMap<number, Required<Work>>;
}

/** Gives what is left of a run to pairs that are there. Pure. */
export const resumedShares = (
  plan: Work,
  progress: readonly RepeatProgress[],
  pairs: readonly number[],
): ResumedShares => {
  const leftOf = (pair: number, repeats: readonly number[]): Required<Work> => {
    const parts = progress
      .filter(({ repeat }) => repeats.includes(repeat))
      .map(({ repeat, holder, left }) => (holder === pair ? left : workOfRepeats(plan, [repeat])));
    return {
      measurements: parts.flatMap(({ measurements }) => measurements),
      searches: parts.flatMap(({ searches }) => searches),
    };
  };
  const shares = [...takeOver(progress, pairs)]
    .map(([pair, repeats]) => ({ pair, repeats, left: leftOf(pair, repeats) }))
    .filter(({ left }) => left.measurements.length + left.searches.length > 0);
  const kept = progress.filter(
    ({ isOver, holder }) => isOver && shares.every(({ pair }) => pair !== holder),
  );
  return {
    repeats: Object.fromEntries(shares.map(({ pair, repeats }) => [pair, repeats])),
    left: new Map(shares.map(({ pair, left }) => [pair, left])),
    keptMeasurements: kept.reduce((sum, { tried }) => sum + tried, 0),
  };
};
