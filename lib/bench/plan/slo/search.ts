import { loadId, pathId, type Cell, type Path, type SearchWindow } from '../cell.ts';
import { searchedBounds, type PlanOptions } from '../plan-options.ts';
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
  /**
   * The most windows of one rate that are counted together until they tell whether it is carried. Where it is there, the rate
   * that was found is confirmed in as many windows of their own. Absent in plans made before: one window, none to confirm.
   */
  readonly windowsPerRate?: number;
}

/** See `SloSearch.windowsPerRate`: each window is twice as long as the one before, so together three times the first. */
export const WINDOWS_PER_RATE = 2;

/**
 * Requests that the first window of a trial holds at least, on average: so many support a p99 by the early stopping test where one
 * is over the bound.
 */
export const LEAST_REQUESTS = 662;

/** No window is longer than so many times the shortest one; a rate whose first one needed more is not tried. */
const MOST_STRETCH = 10;

/** A search that tries more rates than these is given up. */
export const MOST_TRIALS = 16;

/** A search that takes more windows than these, confirmations included, is given up. */
export const MOST_WINDOWS = 24;

/** The lowest rate whose window holds enough requests, in requests a second. */
export const lowestRate = ({ durationSeconds }: Pick<SloSearch, 'durationSeconds'>): number =>
  LEAST_REQUESTS / (durationSeconds * MOST_STRETCH);

/** The shortest window of a search that tries a rate, in whole seconds: the inverse of `lowestRate`. */
export const windowSecondsFor = (ratePerSecond: number): number =>
  Math.ceil(LEAST_REQUESTS / (ratePerSecond * MOST_STRETCH));

/**
 * Windows of a search as a rule, a second one of a rate counted twice: of two or three rates until it has its bracket, of four
 * or five until that is narrow, and those that confirm.
 */
export const USUAL_WINDOWS = 12;

const FIRST_WINDOW: SearchWindow = { purpose: 'trial', number: 1 };

/** Which window of its search a cell is. */
export const windowOf = ({ window = FIRST_WINDOW }: Pick<Cell, 'window'>): SearchWindow => window;

/** The cell that tries a rate, or tries it longer, or confirms it. */
export const trialCell = (
  search: SloSearch,
  ratePerSecond: number,
  window: SearchWindow = FIRST_WINDOW,
): Cell => {
  const { id, path, engine, warmupSeconds, durationSeconds, timeoutMs, repeat } = search;
  const level = { loop: 'open', ratePerSecond, arrivals: 'poisson' } as const;
  // No key for the first window, as in plans made before there were others.
  const which =
    window.purpose === FIRST_WINDOW.purpose && window.number === FIRST_WINDOW.number
      ? {}
      : { window };
  const firstSeconds = Math.max(durationSeconds, Math.ceil(LEAST_REQUESTS / ratePerSecond));
  const longestSeconds = Math.max(firstSeconds, durationSeconds * MOST_STRETCH);
  return {
    id: `${id}/${loadId({ level, ...which })}`,
    path,
    engine,
    scenario: 'warm',
    level,
    repeat,
    warmupSeconds,
    durationSeconds: Math.min(firstSeconds * 2 ** (window.number - 1), longestSeconds),
    timeoutMs,
    ...which,
  };
};

/** The searches of a plan, path by path; none where its profile searches nothing. */
export const buildSearches = (
  paths: readonly Path[],
  options: PlanOptions,
): readonly SloSearch[] => {
  const { engine, warmupSeconds, durationSeconds, timeoutMs } = options;
  return paths.flatMap((path) =>
    searchedBounds(options).map((p99Ms, index) => ({
      id: `slo-p99-${p99Ms}/${pathId(path)}/${engine}`,
      path,
      engine,
      p99Ms,
      warmupSeconds,
      durationSeconds,
      timeoutMs,
      repeat: index + 1,
      windowsPerRate: WINDOWS_PER_RATE,
    })),
  );
};

/** The search that a cell is a trial of; undefined where it is none. */
export const searchOf = (
  searches: readonly SloSearch[] | undefined,
  { id }: Pick<Cell, 'id'>,
): SloSearch | undefined => searches?.find((search) => id.startsWith(`${search.id}/`));

/** Whether a cell tells a search where to begin: it is of the same path and engine, and no trial. */
export const isPilotOf = (search: SloSearch, cell: Cell): boolean =>
  cell.engine === search.engine &&
  pathId(cell.path) === pathId(search.path) &&
  searchOf([search], cell) === undefined;

/** The seconds of load that some searches take as a rule. */
export const usualSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, { warmupSeconds, durationSeconds }) =>
      sum + USUAL_WINDOWS * (warmupSeconds + durationSeconds),
    0,
  );

/** The most seconds of load that some searches can take. */
export const longestSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, search) => sum + MOST_WINDOWS * loadSeconds(trialCell(search, lowestRate(search))),
    0,
  );
