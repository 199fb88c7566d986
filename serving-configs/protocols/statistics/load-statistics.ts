import { manifestOf, platformOf, type ServingName } from '../../index.ts';
import { COUNTERS_TYPE, type ReadStatistics, type ServingCounters } from './serving-counters.ts';

/** Reads the page on which a serving counts its own work. */
type ReadPage = (page: string, contentType: string | null) => ServingCounters;

/**
 * How the counters of a serving are read; undefined where its platform tells nothing.
 *
 * @param userModel - Name of a user's model, by which those servers call it whose protocol names tensors.
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
