import type { ServingRuntime } from '../../deployment/node-environment.ts';
import { buildPaths } from '../plan/build-paths.ts';
import { buildCells } from '../plan/build-plan.ts';
import { estimateSeconds } from '../plan/estimate.ts';
import type { Plan } from '../plan/plan.ts';
import { shareWork, type Work } from '../plan/share-work.ts';
import { buildSearches, usualSearchSeconds } from '../plan/slo/search.ts';
import type { RunRequest } from './run-request.ts';

/** What a run will take, before it is sent. */
export interface RunEstimate {
  readonly cells: number;
  /** Searches that follow the cells; absent where there are none. */
  readonly searches?: number;
  /** Of the pair that takes longest; searches count with their usual time. */
  readonly seconds: number;
  /** All pairs for that time; undefined where their price is not known. */
  readonly usd: number | undefined;
}

/** The cells and searches of a request, as every pair makes them, and what they are made from. */
export const workOf = ({
  options,
  strict,
}: Pick<RunRequest, 'options' | 'strict'>): Required<Work> & Pick<Plan, 'options' | 'paths'> => {
  const paths = buildPaths(options, strict);
  const [cells, searches] = [buildCells(paths, options), buildSearches(paths, options)];
  return { options, paths, cells, searches };
};

/**
 * What some work takes when some pairs share it. Pure.
 *
 * @param firstSecondsOf what a pair does before its first cell, in seconds
 */
export const runEstimate = (
  work: Work,
  pairs: readonly number[],
  {
    usdPerHour,
    runtime,
  }: { readonly usdPerHour: number | undefined; readonly runtime: ServingRuntime },
  firstSecondsOf: (pair: number) => number = () => 0,
): RunEstimate => {
  const place = { where: 'aws', runtime } as const;
  const seconds = Math.max(
    0,
    ...Object.entries(shareWork(work, pairs)).map(([pair, { cells, searches }]) =>
      cells.length + searches.length === 0
        ? 0
        : firstSecondsOf(Number(pair)) +
          estimateSeconds(cells, place) +
          usualSearchSeconds(searches),
    ),
  );
  const { cells, searches = [] } = work;
  return {
    cells: cells.length,
    ...(searches.length === 0 ? {} : { searches: searches.length }),
    seconds,
    usd: usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600,
  };
};
