import { targetId, type Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { FAMILY_ERROR, MIN_REPEATS } from '../stats/judgement.ts';
import { meanOf, sum, varianceOf } from '../stats/moments.ts';
import { studentTQuantile } from '../stats/probability.ts';
import { groupBy } from './group-by.ts';

/** Whether all servers compute the same model in the same program of ours, so that it cannot be what makes one slower. */
export const sharesModel = ({ runtime }: Pick<Plan, 'runtime'>): boolean => runtime === 'simulated';

/** By how much the time in the shared model differs between targets although it should not. */
export interface ModelDifference {
  /** Targets for which it took longer than for the one with the shortest time. */
  readonly targets: readonly Target[];
  /** How much longer, as shares: the smallest and the greatest mean of these targets. */
  readonly least: number;
  readonly most: number;
}

/** Differences below it can be those of caches: a server that has just read a large request computes a little slower. */
const CACHES = 0.05;

/** Logarithms of the mean time in the model, by repeat. */
type LogTimes = ReadonlyMap<string, number>;

const logTimesOf = (measurements: readonly CompletedMeasurement[]): LogTimes =>
  new Map(
    [...groupBy(measurements, ({ measurement }) => String(measurement.repeat))].flatMap(
      ([repeat, records]) => {
        const times = records.flatMap(({ serving }) =>
          serving?.state === 'reported' && serving.computeMs !== undefined
            ? [{ ms: serving.computeMs, count: serving.count }]
            : [],
        );
        const mean = sum(times.map(({ ms }) => ms)) / sum(times.map(({ count }) => count));
        return mean > 0 ? [[repeat, Math.log(mean)] as const] : [];
      },
    ),
  );

/**
 * Compares the time in the model of a simulated run. Only with one virtual user: with several, the model shares cores and memory with the
 * requests that are being read, and then really depends on the API.
 *
 * A target counts if its difference from the fastest one, repeat by repeat, is surely greater than {@link CACHES}: all intervals
 * together are wrong in at most 5 % of runs.
 *
 * @returns undefined if no target counts
 */
export const modelDifferenceOf = (
  plan: Pick<Plan, 'runtime'>,
  measured: readonly CompletedMeasurement[],
): ModelDifference | undefined => {
  if (!sharesModel(plan)) return undefined;
  const alone = measured.filter(
    ({ measurement: { engine, scenario, level } }) =>
      engine !== 'noop' &&
      scenario === 'warm' &&
      level.loop === 'closed' &&
      level.virtualUsers === 1,
  );
  const times = [...groupBy(alone, ({ measurement }) => targetId(measurement.target)).values()]
    .map((ofTarget) => ({ target: ofTarget[0].measurement.target, logs: logTimesOf(ofTarget) }))
    .filter(({ logs }) => logs.size >= MIN_REPEATS)
    .toSorted((a, b) => meanOf([...a.logs.values()]) - meanOf([...b.logs.values()]));
  const [fastest, ...others] = times;
  if (fastest === undefined) return undefined;
  // The fastest is found in the data, so every pair counts.
  const pairs = (times.length * (times.length - 1)) / 2;
  const longer = others.flatMap(({ target, logs }) => {
    const differences = [...logs].flatMap(([repeat, log]) => {
      const shortest = fastest.logs.get(repeat);
      return shortest === undefined ? [] : [log - shortest];
    });
    if (differences.length < MIN_REPEATS) return [];
    const mean = meanOf(differences);
    const error = Math.sqrt(varianceOf(differences) / differences.length);
    const half = studentTQuantile(1 - FAMILY_ERROR / pairs / 2, differences.length - 1) * error;
    return mean - half > Math.log(1 + CACHES) ? [{ target, share: Math.expm1(mean) }] : [];
  });
  const shares = longer.map(({ share }) => share);
  return longer.length === 0
    ? undefined
    : {
        targets: longer.map(({ target }) => target),
        least: Math.min(...shares),
        most: Math.max(...shares),
      };
};
