import { searchProgress } from '../analysis/slo/search.ts';
import { BenchError } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';

/** The measurements and searches of a plan, or of a part of one. */
export type PlannedWork = Pick<Plan, 'measurements' | 'searches'>;

/** The repeats of each node pair, by the number of the pair. */
export type Repeats = Readonly<Record<string, readonly number[]>>;

/** The measurements and searches of some repeats of a plan, in the order of the plan. */
export const workOfRepeats = (
  plan: PlannedWork,
  repeats: readonly number[],
): Required<PlannedWork> => {
  const isIncluded = ({ repeat }: Pick<Measurement, 'repeat'>): boolean => repeats.includes(repeat);
  return {
    measurements: plan.measurements.filter(isIncluded),
    searches: (plan.searches ?? []).filter(isIncluded),
  };
};

/** Deals repeats to pairs: pair i of N, by number, gets the ones at i, i + N, … */
const dealRepeats = (repeats: readonly number[], pairs: readonly number[]): Repeats =>
  Object.fromEntries(
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
export const shareRepeats = ({ measurements }: PlannedWork, pairs: readonly number[]): Repeats => {
  const count = Math.max(0, ...measurements.map(({ repeat }) => repeat));
  if (pairs.length <= count) {
    return dealRepeats(
      Array.from({ length: count }, (_, at) => at + 1),
      pairs,
    );
  }
  throw new BenchError(
    'BENCH_NO_REPEAT',
    `${pairs.length} pairs cannot share a plan of ${count} repeat${count === 1 ? '' : 's'}: a pair without a repeat would cost money for nothing`,
    { hint: `give at most ${count} of them (--pairs), or give --repeats ${pairs.length}` },
  );
};

/** How far a repeat is with the pair that it belongs to. */
export interface RepeatProgress {
  readonly repeat: number;
  readonly pair: number;
  /** Whether everything was tried and something succeeded, so that a target that always fails does not keep a run from ending. */
  readonly isOver: boolean;
  /** What the pair has not measured, including what failed. */
  readonly left: Required<PlannedWork>;
  /** Number of measurements, and trials of searches, that the pair has a record of. */
  readonly tried: number;
}

export const isEmpty = ({ measurements, searches }: Required<PlannedWork>): boolean =>
  measurements.length + searches.length === 0;

/** @param records those of all pairs */
const progressOf = (
  plan: PlannedWork,
  repeat: number,
  pair: number,
  records: readonly ResultRecord[],
): RepeatProgress => {
  const work = workOfRepeats(plan, [repeat]);
  const own = records.filter((record) => record.pair === pair);
  const tried = new Set<string>();
  const measured = new Set<string>();
  for (const record of own) {
    if (record.kind !== 'measurement' || record.measurement.repeat !== repeat) continue;
    tried.add(record.measurement.id);
    if (record.state !== 'failed') measured.add(record.measurement.id);
  }
  const isTried = work.measurements.every(({ id }) => tried.has(id));
  const measurements = work.measurements.filter(({ id }) => !measured.has(id));
  const searches = work.searches.filter(
    // Only its measurements tell where a search begins.
    (search) => !isTried || searchProgress(search, own).next !== undefined,
  );
  const isOver = isTried && searches.length === 0 && measured.size > 0;
  return { repeat, pair, isOver, left: { measurements, searches }, tried: tried.size };
};

/** How far the repeats of all pairs are. */
export const repeatProgress = (
  plan: PlannedWork,
  repeats: Repeats,
  records: readonly ResultRecord[],
): readonly RepeatProgress[] =>
  Object.entries(repeats).flatMap(([pair, own]) =>
    own.map((repeat) => progressOf(plan, repeat, Number(pair), records)),
  );

/** What is left for each of the pairs, by its number; those without any are absent. */
export const leftByPair = (
  progress: readonly RepeatProgress[],
  pairs: readonly number[],
): ReadonlyMap<number, Required<PlannedWork>> => {
  const works = pairs.map((pair) => {
    const own = progress.filter((repeat) => repeat.pair === pair);
    const measurements = own.flatMap(({ left }) => left.measurements);
    return [pair, { measurements, searches: own.flatMap(({ left }) => left.searches) }] as const;
  });
  return new Map(works.filter(([, work]) => !isEmpty(work)));
};

/** Deals the repeats that other pairs left unfinished to the given ones, to be measured again as a whole. The others stay. */
export const dealAgain = (
  progress: readonly RepeatProgress[],
  pairs: readonly number[],
): Repeats => {
  const isLost = ({ pair, isOver }: RepeatProgress): boolean => !isOver && !pairs.includes(pair);
  const kept = progress.filter((repeat) => !isLost(repeat));
  const lost = progress.filter(isLost).map(({ repeat }) => repeat);
  const dealt = dealRepeats(lost, pairs);
  const owners = [...new Set([...kept.map(({ pair }) => pair), ...pairs])];
  const repeatsOf = (owner: number): readonly number[] => [
    ...kept.flatMap(({ pair, repeat }) => (pair === owner ? [repeat] : [])),
    ...(dealt[owner] ?? []),
  ];
  return Object.fromEntries(owners.map((owner) => [owner, repeatsOf(owner)]));
};
