import { manifestOf, platformOf, type ServingName } from '../../index.ts';
import { COUNTERS_TYPE, type ReadStatistics, type ServingCounters } from './serving-counters.ts';

/** Reads the page on which a serving reports its own times. */
type ReadPage = (page: string, contentType: string | null) => ServingCounters;

/**
 * Loads the reader of a serving's statistics; undefined if its platform reports none.
 *
 * @param userModel - The name of a user's model. Only servers whose protocol names tensors call the model by it.
 */
export const loadStatistics = async (
  serving: ServingName,
  userModel?: string,
): Promise<ReadPage | undefined> => {
  const { statistics, model } = manifestOf(serving);
  const name = model.tensors === undefined ? model.name : (userModel ?? model.name);
  if (statistics === undefined) return undefined;
  const { default: read } = (await import(
    `../../platforms/${platformOf(serving)}/statistics.ts`
  )) as { readonly default: ReadStatistics };
  return (page, contentType) =>
    contentType === COUNTERS_TYPE ? (JSON.parse(page) as ServingCounters) : read(page, name);
};
