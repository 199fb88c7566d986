import { BenchError } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** The measurements and searches of a plan, or of a part of one. */
export type Work = Pick<Plan, 'measurements' | 'searches'>;

/** The repeats of each node pair, by the number of the pair. */
export type Shares = ReadonlyMap<number, readonly number[]>;

/** The numbers of the repeats of a plan, from 1. */
export const repeatsIn = ({ measurements }: Work): readonly number[] =>
  Array.from(
    { length: Math.max(0, ...measurements.map(({ repeat }) => repeat)) },
    (_, at) => at + 1,
  );

/** The measurements and searches of some repeats of a plan, in the order of the plan. */
export const workOfRepeats = (plan: Work, repeats: readonly number[]): Required<Work> => {
  const isIncluded = ({ repeat }: Pick<Measurement, 'repeat'>): boolean => repeats.includes(repeat);
  return {
    measurements: plan.measurements.filter(isIncluded),
    searches: (plan.searches ?? []).filter(isIncluded),
  };
};

/** Deals repeats to pairs: pair i of N, by number, gets the ones at i, i + N, … */
export const dealRepeats = (repeats: readonly number[], pairs: readonly number[]): Shares =>
  new Map(
    pairs
      .toSorted((a, b) => a - b)
      .map((pair, index) => [pair, repeats.filter((_, at) => at % pairs.length === index)]),
  );

/**
 * Shares the repeats of a plan among node pairs, so that all targets of a repeat are compared on one machine. Every pair computes
 * the same shares.
 *
 * @throws BenchError `BENCH_NO_REPEAT` if a pair would have nothing to measure
 */
export const shareRepeats = (plan: Work, pairs: readonly number[]): Shares => {
  const repeats = repeatsIn(plan);
  if (pairs.length <= repeats.length) return dealRepeats(repeats, pairs);
  throw new BenchError(
    'BENCH_NO_REPEAT',
    `${pairs.length} pairs cannot share a plan of ${repeats.length} repeat${repeats.length === 1 ? '' : 's'}: a pair without a repeat would cost money for nothing`,
    {
      hint: `give at most ${repeats.length} of them (--pairs), or give --repeats ${pairs.length}`,
    },
  );
};
