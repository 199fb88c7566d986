import { manifestOf, platformOf, type ServingName } from '../../index.ts';
import type { ManifestModel } from '../../manifest.ts';
import { COUNTERS_TYPE, type ReadStatistics, type ServingCounters } from './serving-counters.ts';

/** Reads the page on which a serving reports its own times. */
type ReadPage = (page: string, contentType: string | null) => ServingCounters;

/** Loads the reader of a serving's statistics of a model; undefined if its platform reports none. */
export const loadStatistics = async (
  serving: ServingName,
  served: ManifestModel,
): Promise<ReadPage | undefined> => {
  const { statistics, model } = manifestOf(serving, served);
  if (statistics === undefined) return undefined;
  const { default: read } = (await import(
    `../../platforms/${platformOf(serving)}/statistics.ts`
  )) as { readonly default: ReadStatistics };
  return (page, contentType) =>
    contentType === COUNTERS_TYPE ? (JSON.parse(page) as ServingCounters) : read(page, model.name);
};
