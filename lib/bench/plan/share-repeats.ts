import { BenchError } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** What is to be measured: a plan, or a part of one. */
export type Work = Pick<Plan, 'measurements' | 'searches'>;

/** The repeats of each pair, by its number. */
export type Shares = ReadonlyMap<number, readonly number[]>;

export const countRepeats = ({ measurements }: Work): number =>
  Math.max(0, ...measurements.map(({ repeat }) => repeat));

/** The measurements and searches of some repeats of a plan, in its order. */
export const workOfRepeats = (plan: Work, repeats: readonly number[]): Required<Work> => {
  const isOwn = ({ repeat }: Pick<Measurement, 'repeat'>): boolean => repeats.includes(repeat);
  return {
    measurements: plan.measurements.filter(isOwn),
    searches: (plan.searches ?? []).filter(isOwn),
  };
};

/**
 * How pairs share a plan: pair i of N, by number, has the repeats i, i + N, …, so that targets are compared on one machine. All
 * pairs compute the same.
 *
 * @throws BenchError if a pair would have nothing to measure
 */
export const shareRepeats = (plan: Work, pairs: readonly number[]): Shares => {
  const repeats = countRepeats(plan);
  const { length } = pairs;
  if (length > repeats) {
    throw new BenchError(
      'BENCH_NO_REPEAT',
      `${length} pairs cannot share a plan of ${repeats} repeat${repeats === 1 ? '' : 's'}: a pair without a repeat would cost money for nothing`,
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
  /** The pair whose figures count; absent if none has begun it. */
  readonly holder?: number;
  /** Whether that pair has completed it. */
  readonly isOver: boolean;
}

/**
 * Who measures what is left of a plan: each repeat stays with its pair; if that is lost before it completed the repeat, the
 * whole repeat goes to the pair with the least to do.
 *
 * @returns all repeats of each pair, including completed ones
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
