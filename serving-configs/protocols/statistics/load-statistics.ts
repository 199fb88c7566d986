import { manifestOf, platformOf, type ServingName } from '../../index.ts';
import type { PlatformStatistics } from './serving-counters.ts';

/** How the counters of a serving are read; undefined where its platform tells nothing. */
export const loadStatistics = async (
  serving: ServingName,
): Promise<PlatformStatistics | undefined> => {
  if (manifestOf(serving).statistics === undefined) return undefined;
  const module = (await import(`../../platforms/${platformOf(serving)}/statistics.ts`)) as {
    readonly default: PlatformStatistics;
  };
  return module.default;
};
