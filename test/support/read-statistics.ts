import { manifestOf, type ServingName } from '../../serving-configs/index.ts';
import { loadStatistics } from '../../serving-configs/protocols/statistics/load-statistics.ts';
import type { ServingCounters } from '../../serving-configs/protocols/statistics/serving-counters.ts';

/** What a page of a platform says of the requests of a serving. */
export const readStatistics = async (
  serving: ServingName,
  page: string,
): Promise<ServingCounters> => {
  const statistics = await loadStatistics(serving);
  if (statistics === undefined) throw new Error(`${serving} tells no times`);
  return statistics.read(page, manifestOf(serving).model.name);
};

/** In whole milliseconds. */
export const rounded = (counters: ServingCounters): Record<string, number> =>
  Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, Math.round(value)]));
