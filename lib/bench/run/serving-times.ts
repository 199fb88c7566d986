import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { loadStatistics } from '../../../serving-configs/protocols/statistics/load-statistics.ts';
import {
  SERVING_TIMES,
  type ServingCounters,
} from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import { messageOf } from '../model/errors.ts';
import type { CompletedMeasurement } from '../model/record.ts';

/** The counters of a serving at one moment, or in words why there are none. */
export type ScrapedCounters = ServingCounters | string;

/** Some platforms answer this behind the requests that they have. */
const SCRAPE_MS = 15_000;

/**
 * Reads the counters of a serving, never rejects. Undefined where its platform tells none.
 * @param url - Of the page with the counters.
 */
export const createScraper = async (
  serving: ServingName,
  url: string | undefined,
): Promise<(() => Promise<ScrapedCounters>) | undefined> => {
  const statistics = await loadStatistics(serving);
  if (statistics === undefined || url === undefined) return undefined;
  const { model } = manifestOf(serving);
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(SCRAPE_MS) });
      const page = await response.text();
      if (response.status !== 200) return `${url} gave ${response.status}`;
      return statistics.read(page, model.name);
    } catch (error) {
      // What a failed connection says itself is only that it failed.
      const { cause = error } = error as { readonly cause?: unknown };
      return `${url} gave no counters: ${messageOf(cause)}`;
    }
  };
};

const untold = (reason: string) => ({ state: 'untold', reason }) as const;

/**
 * What a serving counted between two moments. A time that it told of no request before counts from zero, as counters that nobody
 * has touched are left out of most pages.
 */
export const timesBetween = (
  before: ScrapedCounters,
  after: ScrapedCounters,
): NonNullable<CompletedMeasurement['serving']> => {
  if (typeof before === 'string') return untold(before);
  if (typeof after === 'string') return untold(after);
  const count = after.count - before.count;
  const times = SERVING_TIMES.flatMap((name) => {
    const until = after[name];
    return until === undefined ? [] : [[name, until - (before[name] ?? 0)] as const];
  });
  if (count < 0 || times.some(([, ms]) => ms < 0)) {
    return untold('its counters went back in the window: it was started again');
  }
  if (count === 0) return untold('it counted no request in the window');
  return { state: 'told', count, ...Object.fromEntries(times) };
};
