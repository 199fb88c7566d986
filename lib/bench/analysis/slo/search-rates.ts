import { targetId } from '../../model/measurement.ts';
import type { SloSearch } from '../../model/plan.ts';
import type { ResultRecord } from '../../model/record.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { groupBy } from '../group-by.ts';
import { repeatsInterval, type Estimate, type Interval } from '../../stats/interval.ts';
import { meanOf, sum } from '../../stats/moments.ts';
import type { SloRate } from './best-rate.ts';
import { searchProgress, type SearchOutcome, type SearchProgress } from './search-progress.ts';

/** States of one repeat that leave the common answer open. */
const OPEN_STATES = ['going-on', 'not-started', 'no-result'] as const;

const stateOf = (all: readonly SearchProgress[]): SearchOutcome['state'] => {
  const states = new Set(all.map(({ state }) => state));
  const [only = 'mixed', ...others] = states;
  return OPEN_STATES.find((state) => states.has(state)) ?? (others.length === 0 ? only : 'mixed');
};

const geometricMean = (rates: readonly number[]): number => Math.exp(meanOf(rates.map(Math.log)));

const intervalOf = (rates: readonly number[]): Interval | undefined =>
  repeatsInterval(
    geometricMean(rates),
    rates.map((value) => ({ value, leastError: 0 })),
  );

/**
 * The rate over the repeats: the geometric mean of those that kept the bound, with Student's t interval on their logarithms. A
 * search knows its limit as lying between two rates, so the upper end comes from those that failed.
 */
const estimateOf = (all: readonly SearchProgress[]): Estimate => {
  const kept = all.flatMap(({ highestKept }) => highestKept?.ratePerSecond ?? []);
  const failing = all.flatMap(({ lowestFailing }) => lowestFailing?.ratePerSecond ?? []);
  const value = geometricMean(kept);
  const [lower, upper] = [intervalOf(kept), intervalOf(failing)];
  return lower === undefined || upper === undefined || failing.length < kept.length
    ? { value }
    : { value, interval: { ...lower, high: upper.high } };
};

const reasonOf = (
  state: SearchOutcome['state'],
  all: readonly SearchProgress[],
): string | undefined => {
  if (state !== 'mixed') {
    return all.find((one) => one.state === state && one.reason !== undefined)?.reason;
  }
  const rates = all.flatMap(({ highestKept }) => highestKept?.ratePerSecond ?? []);
  return `Only ${rates.length} of ${all.length} repeats found a rate: ${rates.map((rate) => formatFigure(rate)).join(', ')} requests/s.`;
};

const rateOfSearches = (searches: readonly SloSearch[], records: readonly ResultRecord[]) => {
  const [search] = searches;
  if (search === undefined) return [];
  const { target, engine, p99Ms: boundMs } = search;
  const all = searches.map((one) => searchProgress(one, records));
  const state = stateOf(all);
  const reason = reasonOf(state, all);
  const kept = all.flatMap(({ highestKept }) => highestKept ?? []);
  const rate: SloRate = {
    target,
    engine,
    scenario: 'warm',
    boundMs,
    state: state === 'found' ? 'kept' : state === 'none' ? 'not-kept' : 'unknown',
    requests: sum(kept.map(({ requests = 0 }) => requests)),
    overBound: sum(kept.map(({ overBound = 0 }) => overBound)),
    search: {
      state,
      repeats: all.length,
      trials: sum(all.map(({ trials }) => trials.length)),
      reason,
    },
    requestRatePerSecond: state === 'found' ? estimateOf(all) : undefined,
    p99Ms: state === 'found' ? meanOf(kept.map(({ p99Ms = Number.NaN }) => p99Ms)) : undefined,
  };
  return [rate];
};

/** The highest rate of each target within each bound that a plan searches, in the order of its first repeat. */
export const searchRatesOf = (
  searches: readonly SloSearch[],
  records: readonly ResultRecord[],
): readonly SloRate[] =>
  [
    ...groupBy(
      searches,
      ({ target, engine, p99Ms }) => `${targetId(target)}/${engine}/${p99Ms}`,
    ).values(),
  ].flatMap((ofTarget) => rateOfSearches(ofTarget, records));
