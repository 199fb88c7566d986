import type { SloSearch } from '../model/plan.ts';
import { levelId, targetId, type Measurement, type Target } from '../model/measurement.ts';
import { loadSeconds } from './estimate-duration.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { searchedLimits } from './resolve-plan-options.ts';

/** The minimum number of requests in a trial, on average. It supports a p99 with one request above it. */
const MIN_REQUESTS = 662;

/** The longest window of a trial, as a multiple of the shortest. Rates that need a longer one are not tried. */
const MAX_STRETCH = 10;

/** The maximum number of trials in a search. */
export const MAX_TRIALS = 12;

/** The usual number of trials in a search: two or three to find a bracket, four to narrow it, and one to confirm the result. */
export const EXPECTED_TRIALS = 8;

/** The lowest rate that a search tries, in requests per second. */
export const lowestRate = ({ durationSeconds }: Pick<SloSearch, 'durationSeconds'>): number =>
  MIN_REQUESTS / (durationSeconds * MAX_STRETCH);

/** The `durationSeconds` with which a search may try a rate: the inverse of {@link lowestRate}. */
export const secondsToTry = (ratePerSecond: number): number =>
  Math.ceil(MIN_REQUESTS / (ratePerSecond * MAX_STRETCH));

/** The measurement that tries a rate with Poisson arrivals, or confirms a rate that was tried before. */
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
    block: 1,
    warmupSeconds,
    durationSeconds: Math.max(durationSeconds, Math.ceil(MIN_REQUESTS / ratePerSecond)),
    timeoutMs,
  };
};

/** The searches of a plan, in mirrored order in every second repeat; empty unless its profile searches. */
export const buildSearches = (
  targets: readonly Target[],
  options: PlanOptions,
): readonly SloSearch[] => {
  const { engine, warmupSeconds, durationSeconds, timeoutMs } = options;
  const limits = searchedLimits(options);
  return Array.from({ length: options.repeats }, (_, index) => index + 1).flatMap((repeat) =>
    (repeat % 2 === 0 ? targets.toReversed() : targets).flatMap((target) =>
      limits.map((p99Ms) => ({
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

/** The search that a measurement is a trial of; undefined if it is none. */
export const searchOf = (
  searches: readonly SloSearch[] | undefined,
  { id }: Pick<Measurement, 'id'>,
): SloSearch | undefined => searches?.find((search) => id.startsWith(`${search.id}/`));

/** The seconds of load that searches usually take. */
export const expectedSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, { warmupSeconds, durationSeconds }) =>
      sum + EXPECTED_TRIALS * (warmupSeconds + durationSeconds),
    0,
  );

/** The maximum seconds of load that searches can take. */
export const longestSearchSeconds = (searches: readonly SloSearch[]): number =>
  searches.reduce(
    (sum, search) => sum + MAX_TRIALS * loadSeconds(trialMeasurement(search, lowestRate(search))),
    0,
  );
