import { targetId } from '../../model/measurement.ts';
import type { SloSearch } from '../../model/plan.ts';
import type { ResultRecord } from '../../model/record.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { findingOf } from '../checks/checks.ts';
import { groupBy } from '../group-by.ts';
import { repeatsInterval, type Estimate, type Interval } from '../../stats/interval.ts';
import { meanOf, sum } from '../../stats/moments.ts';
import type { SearchOutcome, SearchReason, SloRate } from '../slo-types.ts';
import { searchProgress, type SearchProgress } from './search-progress.ts';

/** States of a repeat that leave the common result open. */
const OPEN_STATES = ['going-on', 'not-started', 'no-result'] as const;

const stateOf = (repeats: readonly SearchProgress[]): SearchOutcome['state'] => {
  const states = new Set(repeats.map(({ state }) => state));
  const [only = 'mixed'] = states;
  return OPEN_STATES.find((state) => states.has(state)) ?? (states.size > 1 ? 'mixed' : only);
};

const geometricMean = (rates: readonly number[]): number => Math.exp(meanOf(rates.map(Math.log)));

const intervalOf = (rates: readonly number[]): Interval | undefined =>
  repeatsInterval(
    geometricMean(rates),
    rates.map((value) => ({ value, minError: 0 })),
  );

/**
 * The rate over the repeats: the geometric mean of the rates that kept the limit, with Student's t interval on their logarithms. The
 * true highest rate lies between one that kept the limit and one that failed, so the upper end of the interval comes from the failing rates.
 */
const estimateOf = (repeats: readonly SearchProgress[]): Estimate => {
  const kept = repeats.flatMap(({ highestKept }) => highestKept?.ratePerSecond ?? []);
  const failing = repeats.flatMap(({ lowestFailing }) => lowestFailing?.ratePerSecond ?? []);
  const value = geometricMean(kept);
  const [lower, upper] = [intervalOf(kept), intervalOf(failing)];
  return lower === undefined || upper === undefined || failing.length < kept.length
    ? { value }
    : { value, interval: { ...lower, high: upper.high } };
};

const reasonOf = (
  state: SearchOutcome['state'],
  repeats: readonly SearchProgress[],
): SearchReason | undefined => {
  if (state !== 'mixed') {
    return repeats.find((repeat) => repeat.state === state && repeat.reason !== undefined)?.reason;
  }
  const ratesPerSecond = repeats.flatMap(({ highestKept }) => highestKept?.ratePerSecond ?? []);
  return { code: 'some-repeats', ratesPerSecond, repeats: repeats.length };
};

/** @param searches of one target within one limit, one a repeat */
const rateOf = (
  searches: readonly [SloSearch, ...SloSearch[]],
  records: readonly ResultRecord[],
): SloRate => {
  const { target, engine, p99Ms: limitMs } = searches[0];
  const repeats = searches.map((search) => searchProgress(search, records));
  const state = stateOf(repeats);
  const kept = repeats.flatMap(({ highestKept }) => highestKept ?? []);
  return {
    target,
    engine,
    scenario: 'warm',
    limitMs,
    state: state === 'found' ? 'kept' : state === 'none' ? 'not-kept' : 'unknown',
    requests: sum(kept.map(({ requests = 0 }) => requests)),
    overLimit: sum(kept.map(({ overLimit = 0 }) => overLimit)),
    search: {
      state,
      repeats: repeats.length,
      trials: sum(repeats.map(({ trials }) => trials.length)),
      reason: reasonOf(state, repeats),
    },
    requestRatePerSecond: state === 'found' ? estimateOf(repeats) : undefined,
    p99Ms: state === 'found' ? meanOf(kept.map(({ p99Ms = Number.NaN }) => p99Ms)) : undefined,
  };
};

/** The highest rate of each target within each limit that a plan searches, in the order of the first repeat. */
export const searchRatesOf = (
  searches: readonly SloSearch[],
  records: readonly ResultRecord[],
): readonly SloRate[] => {
  const groups = groupBy(
    searches,
    ({ target, engine, p99Ms }) => `${targetId(target)}/${engine}/${p99Ms}`,
  );
  return [...groups.values()].map((group) => rateOf(group, records));
};

/** Why a search has no rate, as a sentence; empty if that is not known. */
export const searchReasonText = (reason: SearchReason | undefined): string => {
  switch (reason?.code) {
    case undefined:
      return '';
    case 'median-above-limit':
      return `Half of the requests of virtual users took longer than ${formatFigure(reason.medianMs)} ms, so no rate has its p99 within ${reason.limitMs} ms.`;
    case 'short-windows':
      return `Windows of ${reason.durationSeconds} s hold too few requests at ${formatFigure(reason.ratePerSecond)} requests/s, the first rate of the search: use --duration ${reason.neededSeconds}s or more.`;
    case 'generator-behind':
      return `The load generator did not keep up: ${reason.why}.`;
    case 'failed-check':
      return findingOf(reason.result);
    case 'not-confirmed':
      return `After ${reason.trials} trials no rate was confirmed by a second window.`;
    case 'none-kept':
      return `No rate of ${formatFigure(reason.lowestPerSecond)} requests/s or more was shown to keep the limit.`;
    case 'some-repeats':
      return `Only ${reason.ratesPerSecond.length} of ${reason.repeats} repeats found a rate: ${reason.ratesPerSecond.map((rate) => formatFigure(rate)).join(', ')} requests/s.`;
    default:
      return reason satisfies never;
  }
};
