import { levelId, pathId, type Cell, type Path } from '../cell.ts';
import type { PlanOptions } from '../plan-options.ts';
import { loadSeconds } from '../direct-window.ts';

/** A search for the highest rate of a path at which p99 stays within a bound. Its cells come one by one. */
export interface SloSearch {
  /** Begins the ids of its cells. */
  readonly id: string;
  readonly path: Path;
  readonly engine: Cell['engine'];
  /** Of the 99th percentile, from the planned send time to the answer. */
  readonly p99Ms: number;
  readonly warmupSeconds: number;
  /** The shortest measuring window of a trial. */
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  /** The repeat of its cells, so that each search has a serving of its own. */
  readonly repeat: number;
}

/**
 * Requests that the window of a trial holds at least, on average: so many support a p99 by the early stopping test where one
 * is over the bound.
 */
export const LEAST_REQUESTS = 662;

/** No window is longer than so many times the shortest one; a rate that needed more is not tried. */
const MOST_STRETCH = 10;

/** A search that takes more trials than these is given up. */
export const MOST_TRIALS = 16;

/** The lowest rate whose window holds enough requests, in requests a second. */
export const lowestRate = ({ durationSeconds }: SloSearch): number =>
  LEAST_REQUESTS / (durationSeconds * MOST_STRETCH);

/** Trials of a search as a rule: two or three until it has its bracket, and four or five until that is narrow. */
export const USUAL_TRIALS = 8;

/** The cell that tries a rate. */
export const trialCell = (search: SloSearch, ratePerSecond: number): Cell => {
  const { id, path, engine, warmupSeconds, durationSeconds, timeoutMs, repeat } = search;
  const level = { loop: 'open', ratePerSecond, arrivals: 'poisson' } as const;
  return {
    id: `${id}/${levelId(level)}`,
    path,
    engine,
    scenario: 'warm',
    level,
    repeat,
    warmupSeconds,
    durationSeconds: Math.max(durationSeconds, Math.ceil(LEAST_REQUESTS / ratePerSecond)),
    timeoutMs,
  };
};

/** The searches of a plan, path by path; none where its options have no bounds. */
export const buildSearches = (
  paths: readonly Path[],
  { sloP99Ms = [], engine, warmupSeconds, durationSeconds, timeoutMs }: PlanOptions,
): readonly SloSearch[] =>
  paths.flatMap((path) =>
    sloP99Ms.map((p99Ms, index) => ({
      id: `slo-p99-${p99Ms}/${pathId(path)}/${engine}`,
      path,
      engine,
      p99Ms,
      warmupSeconds,
      durationSeconds,
      timeoutMs,
      repeat: index + 1,
    })),
  );

/** The search that a cell is a trial of; undefined where it is none. */
export const searchOf = (
  searches: readonly SloSearch[] | undefined,
  { id }: Pick<Cell, 'id'>,
): SloSearch | undefined => searches?.find((search) => id.startsWith(`${search.id}/`));

/** Whether a cell is measured on the path of a search and with its engine: it tells where to begin, or is a trial. */
export const isOfSearchedPath = (
  search: SloSearch,
  { path, engine }: Pick<Cell, 'path' | 'engine'>,
): boolean => engine === search.engine && pathId(path) === pathId(search.path);

/** Whether a cell tells a search where to begin. */
export const isPilotOf = (search: SloSearch, cell: Cell): boolean =>
  isOfSearchedPath(search, cell) && searchOf([search], cell) === undefined;

/** The seconds of load that some searches take as a rule. */
export const usualSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, { warmupSeconds, durationSeconds }) =>
      sum + USUAL_TRIALS * (warmupSeconds + durationSeconds),
    0,
  );

/** The most seconds of load that some searches can take. */
export const longestSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, search) => sum + MOST_TRIALS * loadSeconds(trialCell(search, lowestRate(search))),
    0,
  );
