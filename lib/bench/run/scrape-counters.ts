import type { ServingName } from '../../../serving-configs/index.ts';
import type { ManifestModel } from '../../../serving-configs/manifest.ts';
import { loadStatistics } from '../../../serving-configs/protocols/statistics/load-statistics.ts';
import {
  SERVING_TIMES,
  type ServingCounters,
} from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { messageOf } from '../model/errors.ts';
import type { CompletedMeasurement } from '../model/record.ts';

/** The counters of a serving at one moment, or why there are none. */
export type ScrapedCounters = ServingCounters | string;

/** Long, because some platforms return their counters only after all waiting requests. */
const SCRAPE_TIMEOUT_MS = 15_000;

/**
 * Creates a function that reads the counters of a serving of this project and never rejects; undefined if its platform has none.
 *
 * @param url URL of the page with the counters
 * @param model the model that it serves
 */
export const createScraper = async (
  serving: ServingName,
  url: string,
  model: ManifestModel,
): Promise<(() => Promise<ScrapedCounters>) | undefined> => {
  const read = await loadStatistics(serving, model);
  if (read === undefined) return undefined;
  return async () => {
    try {
      return await withTimeLimit(SCRAPE_TIMEOUT_MS, undefined, async (signal) => {
        const response = await fetch(url, { signal });
        const page = await response.text();
        if (response.status !== 200) return `${url} gave ${response.status}`;
        return read(page, response.headers.get('content-type'));
      });
    } catch (error) {
      // Only the cause says why a connection failed.
      const { cause = error } = error as { readonly cause?: unknown };
      return `${url} gave no counters: ${messageOf(cause)}`;
    }
  };
};

const unreported = (reason: string) => ({ state: 'unreported', reason }) as const;

/** Differences of a serving's counters. A counter that is missing before counts as zero: most pages omit counters without requests. */
export const timesBetween = (
  before: ScrapedCounters,
  after: ScrapedCounters,
): NonNullable<CompletedMeasurement['serving']> => {
  if (typeof before === 'string') return unreported(before);
  if (typeof after === 'string') return unreported(after);
  const count = after.count - before.count;
  const times = SERVING_TIMES.flatMap((name) => {
    const until = after[name];
    return until === undefined ? [] : [[name, until - (before[name] ?? 0)] as const];
  });
  if (count < 0 || times.some(([, ms]) => ms < 0)) {
    return unreported('its counters were reset during the window: it was restarted');
  }
  if (count === 0) return unreported('it counted no requests in the window');
  if (times.every(([, ms]) => ms === 0))
    return unreported('it counted requests, but no time for them');
  return { state: 'reported', count, ...Object.fromEntries(times) };
};
