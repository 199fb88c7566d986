import { BenchError } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** What is to be measured: a plan, or a part of one. */
export type Work = Pick<Plan, 'measurements' | 'searches'>;

/** The repeats of each pair, by its number. */
export type Shares = ReadonlyMap<number, readonly number[]>;

export const countRepeats = ({ measurements }: Work): number =>
  Math.max(0, ...measurements.map(({ repeat }) => repeat));

/** All that belongs to some repeats of a plan, in its order. */
export const workOfRepeats = (plan: Work, repeats: readonly number[]): Required<Work> => {
  const isOwn = ({ repeat }: Pick<Measurement, 'repeat'>): boolean => repeats.includes(repeat);
  return {
    measurements: plan.measurements.filter(isOwn),
    searches: (plan.searches ?? []).filter(isOwn),
  };
};

/**
 * The rule by which pairs share a plan: pair i of N, in the order of their numbers, has the repeats i, i + N, …, so that
 * what is compared within a repeat was measured on one machine. Pure: all pairs come to the same by themselves.
 *
 * @throws BenchError where a pair would have nothing to measure
 */
export const shareRepeats = (plan: Work, pairs: readonly number[]): Shares => {
  const repeats = countRepeats(plan);
  const { length } = pairs;
  if (length > repeats) {
    throw new BenchError(
      'BENCH_NO_REPEAT',
      `${length} pairs are to share a plan of ${repeats} repeat${repeats === 1 ? '' : 's'}: a pair without one would be paid for nothing`,
      { hint: `name at most ${repeats} of them (--pairs), or give --repeats ${length}` },
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

/** How far a repeat is. */
export interface HeldRepeat {
  readonly repeat: number;
  /** The pair whose figures of it count; absent where none has begun it. */
  readonly holder?: number;
  /** Whether that pair has come to its end. */
  readonly isOver: boolean;
}

/**
 * Who measures what is left of a plan: each repeat stays with its pair, and where that is not there and was not through with
 * it, it goes as a whole to the pair that has least to do. Pure.
 *
 * @returns of each of the pairs all of its repeats, also those that are over
 */
export const takeOver = (repeats: readonly HeldRepeat[], pairs: readonly number[]): Shares => {
  const shares = new Map(
    pairs
      .toSorted((a, b) => a - b)
      .map((pair) => [pair, repeats.filter(({ holder }) => holder === pair)]),
  );
  const toDo = (held: readonly HeldRepeat[]): number => held.filter((one) => !one.isOver).length;
  for (const orphan of repeats) {
    if (orphan.isOver || shares.has(orphan.holder ?? 0)) continue;
    const [least] = [...shares].toSorted(([, a], [, b]) => toDo(a) - toDo(b));
    least?.[1].push(orphan);
  }
  return new Map(
    [...shares].map(([pair, held]) => [
      pair,
      held.map(({ repeat }) => repeat).toSorted((a, b) => a - b),
    ]),
  );
};
