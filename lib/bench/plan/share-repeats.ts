import { BenchError } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** The measurements and searches of a plan, or of a part of one. */
export type Work = Pick<Plan, 'measurements' | 'searches'>;

/** The repeats of each node pair, by the number of the pair. */
export type Shares = ReadonlyMap<number, readonly number[]>;

export const countRepeats = ({ measurements }: Work): number =>
  Math.max(0, ...measurements.map(({ repeat }) => repeat));

/** The measurements and searches of some repeats of a plan, in the order of the plan. */
export const workOfRepeats = (plan: Work, repeats: readonly number[]): Required<Work> => {
  const isIncluded = ({ repeat }: Pick<Measurement, 'repeat'>): boolean => repeats.includes(repeat);
  return {
    measurements: plan.measurements.filter(isIncluded),
    searches: (plan.searches ?? []).filter(isIncluded),
  };
};

/**
 * Shares the repeats of a plan among node pairs: pair i of N, by number, gets the repeats i, i + N, …, so that all targets of a
 * repeat are compared on one machine. Every pair computes the same shares.
 *
 * @throws BenchError `BENCH_NO_REPEAT` if a pair would have nothing to measure
 */
export const shareRepeats = (plan: Work, pairs: readonly number[]): Shares => {
  const repeats = countRepeats(plan);
  const { length } = pairs;
  if (length > repeats) {
    throw new BenchError(
      'BENCH_NO_REPEAT',
      `${length} pairs cannot share a plan of ${repeats} repeat${repeats === 1 ? '' : 's'}: a pair without a repeat would cost money for nothing`,
      { hint: `give at most ${repeats} of them (--pairs), or give --repeats ${length}` },
    );
  }
  return new Map(
    pairs
      .toSorted((a, b) => a - b)
      .map((pair, index) => [
        pair,
        Array.from(
          { length: Math.ceil((repeats - index) / length) },
          (_, turn) => 1 + index + turn * length,
        ),
      ]),
  );
};

/** The progress of a repeat. */
export interface HeldRepeat {
  readonly repeat: number;
  /** The pair whose figures count; absent if no pair has started the repeat. */
  readonly holder?: number;
  /** Whether that pair has completed the repeat. */
  readonly isOver: boolean;
}

/**
 * Shares the rest of a plan among node pairs. Each repeat stays with its pair. If the pair was lost before it completed the repeat,
 * the pair with the fewest open repeats measures the whole repeat again.
 *
 * @returns all repeats of each pair, including completed ones
 */
export const takeOver = (repeats: readonly HeldRepeat[], pairs: readonly number[]): Shares => {
  const shares = new Map(
    pairs
      .toSorted((a, b) => a - b)
      .map((pair) => [pair, repeats.filter(({ holder }) => holder === pair)]),
  );
  const openCount = (held: readonly HeldRepeat[]): number =>
    held.filter(({ isOver }) => !isOver).length;
  for (const orphan of repeats) {
    if (orphan.isOver || shares.has(orphan.holder ?? 0)) continue;
    const [least] = [...shares].toSorted(([, a], [, b]) => openCount(a) - openCount(b));
    least?.[1].push(orphan);
  }
  return new Map(
    [...shares].map(([pair, held]) => [
      pair,
      held.map(({ repeat }) => repeat).toSorted((a, b) => a - b),
    ]),
  );
};
