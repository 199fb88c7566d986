import type { ServingRuntime } from '../../deployment/node-environment.ts';
import { estimateSeconds } from '../plan/estimate.ts';
import type { Work } from '../plan/share-repeats.ts';
import { usualSearchSeconds } from '../plan/slo-search.ts';

/** What a run will take, before it is sent. */
export interface RunEstimate {
  readonly measurements: number;
  /** Searches that follow the measurements; absent where there are none. */
  readonly searches?: number;
  /** Of the pair that takes longest; searches count with their usual time. */
  readonly seconds: number;
  /** All pairs for that time; undefined where their price is not known. */
  readonly usd: number | undefined;
}

/**
 * What some work takes when pairs share it. Pure.
 *
 * @param shares what each pair has to do, by its number
 * @param firstSecondsOf what a pair does before its first measurement, in seconds
 */
export const runEstimate = (
  shares: ReadonlyMap<number, Required<Work>>,
  {
    usdPerHour,
    runtime,
  }: { readonly usdPerHour: number | undefined; readonly runtime: ServingRuntime },
  firstSecondsOf: (pair: number) => number = () => 0,
): RunEstimate => {
  const place = { where: 'aws', runtime } as const;
  const seconds = Math.max(
    0,
    ...[...shares].map(
      ([pair, { measurements, searches }]) =>
        firstSecondsOf(pair) + estimateSeconds(measurements, place) + usualSearchSeconds(searches),
    ),
  );
  const works = [...shares.values()];
  const searches = works.reduce((sum, work) => sum + work.searches.length, 0);
  return {
    measurements: works.reduce((sum, { measurements }) => sum + measurements.length, 0),
    ...(searches === 0 ? {} : { searches }),
    seconds,
    usd: usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600,
  };
};
