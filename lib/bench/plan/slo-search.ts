import type { SloSearch } from '../model/plan.ts';
import { levelId, targetId, type Measurement, type Target } from '../model/measurement.ts';
import { loadSeconds } from './estimate.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { searchedBounds } from './plan-options.ts';

/** The fewest requests of a trial, on average: they support a p99 with one request over it. */
const LEAST_REQUESTS = 662;

/** The longest window, as a multiple of the shortest; rates that need more are not tried. */
const MOST_STRETCH = 10;

/** The most trials of a search. */
export const MOST_TRIALS = 12;

/** Trials that a search usually takes: two or three until it has a bracket, four until that is narrow, one that confirms. */
export const USUAL_TRIALS = 8;

/** The lowest rate that a search tries, in requests a second. */
export const lowestRate = ({ durationSeconds }: Pick<SloSearch, 'durationSeconds'>): number =>
  LEAST_REQUESTS / (durationSeconds * MOST_STRETCH);

/** The `durationSeconds` of a search that may try a rate: the inverse of {@link lowestRate}. */
export const secondsToTry = (ratePerSecond: number): number =>
  Math.ceil(LEAST_REQUESTS / (ratePerSecond * MOST_STRETCH));

/** The measurement that tries a rate, with random arrivals, or that confirms one that was tried. */
export const trialMeasurement = (
  search: SloSearch,
  ratePerSecond: number,
  confirms = false,
): Measurement => {
  const { id, target, engine, repeat, warmupSeconds, durationSeconds, timeoutMs } = search;
  const level = { loop: 'open', ratePerSecond, arrivals: 'poisson' } as const;
  return {
    id: `${id}/${levelId(level)}${confirms ? '/confirmed' : ''}`,
    target,
    engine,
    scenario: 'warm',
    level,
    repeat,
    warmupSeconds,
    durationSeconds: Math.max(durationSeconds, Math.ceil(LEAST_REQUESTS / ratePerSecond)),
    timeoutMs,
  };
};

/** The searches of a plan, in mirrored order in every second repeat; none if its profile searches nothing. */
export const buildSearches = (
  targets: readonly Target[],
  options: PlanOptions,
): readonly SloSearch[] => {
  const { engine, warmupSeconds, durationSeconds, timeoutMs } = options;
  const bounds = searchedBounds(options);
  return Array.from({ length: options.repeats }, (_, index) => index + 1).flatMap((repeat) =>
    (repeat % 2 === 0 ? targets.toReversed() : targets).flatMap((target) =>
      bounds.map((p99Ms) => ({
        id: `r${repeat}/${targetId(target)}/${engine}/slo-p99-${p99Ms}`,
        target,
        engine,
        repeat,
        p99Ms,
        warmupSeconds,
        durationSeconds,
        timeoutMs,
      })),
    ),
  );
};

/** The search that a measurement is a trial of, if any. */
export const searchOf = (
  searches: readonly SloSearch[] | undefined,
  { id }: Pick<Measurement, 'id'>,
): SloSearch | undefined => searches?.find((search) => id.startsWith(`${search.id}/`));

/** The seconds of load that searches usually take. */
export const usualSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, { warmupSeconds, durationSeconds }) =>
      sum + USUAL_TRIALS * (warmupSeconds + durationSeconds),
    0,
  );

/** The most seconds of load that searches can take. */
export const longestSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, search) => sum + MOST_TRIALS * loadSeconds(trialMeasurement(search, lowestRate(search))),
    0,
  );
