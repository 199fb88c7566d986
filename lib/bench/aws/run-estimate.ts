import type { ServingRuntime } from '../../deployment/node-environment.ts';
import { buildTargets } from '../plan/build-targets.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { estimateSeconds } from '../plan/estimate.ts';
import type { Plan } from '../model/plan.ts';
import type { Work } from '../plan/share-repeats.ts';
import { buildSearches, usualSearchSeconds } from '../plan/slo-search.ts';
import type { RunRequest } from './run-request.ts';

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

/** The measurements and searches of a request, as every pair makes them, and what they are made from. */
export const workOf = ({
  options,
  strict,
}: Pick<RunRequest, 'options' | 'strict'>): Required<Work> & Pick<Plan, 'options' | 'targets'> => {
  const targets = buildTargets(options, strict);
  const [measurements, searches] = [
    buildMeasurements(targets, options),
    buildSearches(targets, options),
  ];
  return { options, targets, measurements, searches };
};

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
