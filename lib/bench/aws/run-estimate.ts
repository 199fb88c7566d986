import { buildPaths } from '../plan/build-paths.ts';
import { buildCells } from '../plan/build-plan.ts';
import { estimateSeconds } from '../plan/estimate.ts';
import { shareWork, type Work } from '../plan/share-work.ts';
import { buildSearches, usualSearchSeconds } from '../plan/slo/search.ts';
import type { RunRequest } from './run-request.ts';

/** What a run will take, before it is sent. */
export interface RunEstimate {
  readonly cells: number;
  /** Searches that follow the cells; absent where there are none. */
  readonly searches?: number;
  /** Of the pair that takes longest, of searches as a rule. Starts of containers take longer than this knows. */
  readonly seconds: number;
  /** All pairs for that time; undefined where their price is not known. */
  readonly usd: number | undefined;
}

/** The cells and searches of a request, as every pair makes them. */
export const workOf = ({
  options,
  strict,
}: Pick<RunRequest, 'options' | 'strict'>): Required<Work> => {
  const paths = buildPaths(options, strict);
  return { cells: buildCells(paths, options), searches: buildSearches(paths, options) };
};

/** What some work takes when some pairs share it. Pure. */
export const runEstimate = (
  work: Work,
  pairs: readonly number[],
  usdPerHour: number | undefined,
): RunEstimate => {
  const shares = Object.values(shareWork(work, pairs));
  const seconds = Math.max(
    0,
    ...shares.map(({ cells, searches }) => estimateSeconds(cells) + usualSearchSeconds(searches)),
  );
  const { cells, searches = [] } = work;
  return {
    cells: cells.length,
    ...(searches.length === 0 ? {} : { searches: searches.length }),
    seconds,
    usd: usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600,
  };
};
