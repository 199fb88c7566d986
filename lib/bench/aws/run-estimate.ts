import type { ServingRuntime } from '../../aws/contract/node-environment.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { calibrationSeconds, estimateSeconds } from '../plan/estimate-duration.ts';
import { expectedSearchSeconds } from '../plan/slo-search.ts';
import type { PlannedWork } from './repeats.ts';

/** The size, duration and cost of a run. */
export interface RunEstimate {
  readonly measurements: number;
  /** Number of searches that follow the measurements; undefined if there are none. */
  readonly searches: number | undefined;
  /** Duration for the pair that takes longest, with the usual duration of searches. */
  readonly seconds: number;
  /** Price of all pairs for that time in US dollars; undefined if it is not known. */
  readonly usd: number | undefined;
}

/**
 * Estimates work that pairs share.
 *
 * @param shares the work of each pair, by its number
 * @param plan the whole plan, which determines how long each pair's calibration takes
 * @param records existing records; pairs with a completed calibration do not repeat it
 */
export const runEstimate = (
  shares: ReadonlyMap<number, Required<PlannedWork>>,
  {
    usdPerHour,
    runtime,
  }: { readonly usdPerHour: number | undefined; readonly runtime: ServingRuntime },
  plan: Pick<Plan, 'options' | 'targets' | 'measurements'>,
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
        (calibrated.has(pair) ? 0 : calibrationSeconds(plan)) +
        estimateSeconds(measurements, { where: 'aws', runtime }) +
        expectedSearchSeconds(searches),
    ),
  );
  const work = [...shares.values()];
  const searches = work.flatMap((share) => share.searches).length;
  return {
    measurements: work.flatMap((share) => share.measurements).length,
    searches: searches === 0 ? undefined : searches,
    seconds,
    usd: usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600,
  };
};
