import type { ServingRuntime } from '../../deployment/node-environment.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { calibrationSeconds, estimateSeconds } from '../plan/estimate.ts';
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
 * @param whole the plan that it is of: each pair first measures a known latency with it
 * @param records of pairs that have done so
 */
export const runEstimate = (
  shares: ReadonlyMap<number, Required<Work>>,
  {
    usdPerHour,
    runtime,
  }: { readonly usdPerHour: number | undefined; readonly runtime: ServingRuntime },
  whole: Pick<Plan, 'options' | 'targets' | 'measurements'>,
  records: readonly ResultRecord[] = [],
): RunEstimate => {
  const calibrated = new Set(
    records.flatMap((record) =>
      record.kind === 'calibration' && record.state === 'completed' ? (record.pair ?? []) : [],
    ),
  );
  const seconds = Math.max(
    0,
    ...[...shares].map(
      ([pair, { measurements, searches }]) =>
        (calibrated.has(pair) ? 0 : calibrationSeconds(whole)) +
        estimateSeconds(measurements, { where: 'aws', runtime }) +
        usualSearchSeconds(searches),
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
