import { searchProgress } from '../analysis/slo/search.ts';
import { expectedTuning } from '../analysis/tuning/progress.ts';
import { BenchError } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { repeatOf } from '../plan/tuning.ts';

/** The measurements and searches of a plan, or of a part of one. */
export type PlannedWork = Pick<Plan, 'measurements' | 'searches'>;

/** A plan whose work node pairs share. */
export type SharedPlan = PlannedWork & Pick<Plan, 'targets' | 'options' | 'tuning'>;

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

/** Repeats that are measured on the same pair: each alone, or those of a search for settings, which depend on each other, together. */
type Portion = readonly number[];

/** The portions that a pair has of a plan. */
const portionsOf = ({ tuning }: Pick<Plan, 'tuning'>, repeats: readonly number[]): Portion[] => {
  if (tuning === undefined) return repeats.map((repeat) => [repeat]);
  return repeats.length === 0 ? [] : [repeats];
};

/** Deals portions to pairs: pair i of N, by number, gets the ones at i, i + N, … */
const dealPortions = (portions: readonly Portion[], pairs: readonly number[]): Repeats =>
  Object.fromEntries(
    pairs
      .toSorted((a, b) => a - b)
      .map((pair, index) => [pair, portions.filter((_, at) => at % pairs.length === index).flat()]),
  );

/** The number of repeats of a plan, with those of its search for settings. */
const countRepeats = ({ measurements, options, tuning }: SharedPlan): number =>
  tuning === undefined
    ? Math.max(0, ...measurements.map(({ repeat }) => repeat))
    : repeatOf(tuning, 'final', options.repeats);

/**
 * Shares the repeats of a plan among node pairs, so that all targets of a repeat are compared on one machine. Every pair computes
 * the same shares. A search for settings stays on one pair.
 *
 * @throws BenchError `BENCH_NO_REPEAT` if a pair would have nothing to measure
 */
export const shareRepeats = (plan: SharedPlan, pairs: readonly number[]): Repeats => {
  const count = countRepeats(plan);
  const repeats = Array.from({ length: count }, (_, at) => at + 1);
  const portions = portionsOf(plan, repeats);
  if (pairs.length <= portions.length) return dealPortions(portions, pairs);
  if (plan.tuning !== undefined) {
    throw new BenchError(
      'BENCH_NO_REPEAT',
      `${pairs.length} pairs cannot share a search for settings: what is measured next depends on what was measured before`,
      {
        hint: `give one of them: --pairs ${pairs[0]}, or "pairs": 1 in the configuration; each other one can search among other --servings`,
      },
    );
  }
  throw new BenchError(
    'BENCH_NO_REPEAT',
    `${pairs.length} pairs cannot share a plan of ${count} repeat${count === 1 ? '' : 's'}: a pair without a repeat would cost money for nothing`,
    { hint: `give at most ${count} of them (--pairs), or give --repeats ${pairs.length}` },
  );
};

/** How far a portion of the repeats is with the pair that it belongs to. */
export interface RepeatProgress {
  readonly repeats: Portion;
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
  plan: SharedPlan,
  repeats: Portion,
  pair: number,
  records: readonly ResultRecord[],
): RepeatProgress => {
  const work = workOfRepeats(plan, repeats);
  const own = records.filter((record) => record.pair === pair);
  const tried = new Set<string>();
  const measured = new Set<string>();
  for (const record of own) {
    if (record.kind !== 'measurement' || !repeats.includes(record.measurement.repeat)) continue;
    tried.add(record.measurement.id);
    if (record.state !== 'failed') measured.add(record.measurement.id);
  }
  const isTried = work.measurements.every(({ id }) => tried.has(id));
  const left = [
    ...work.measurements.filter(({ id }) => !measured.has(id)),
    ...expectedTuning(plan, own),
  ];
  const searches = work.searches.filter(
    // Only its measurements tell where a search begins.
    (search) => !isTried || searchProgress(search, own).next !== undefined,
  );
  const isSearched = searches.length === 0 && (plan.tuning === undefined || left.length === 0);
  const isOver = isTried && isSearched && measured.size > 0;
  return { repeats, pair, isOver, left: { measurements: left, searches }, tried: tried.size };
};

/** How far the repeats of all pairs are. */
export const repeatProgress = (
  plan: SharedPlan,
  repeats: Repeats,
  records: readonly ResultRecord[],
): readonly RepeatProgress[] =>
  Object.entries(repeats).flatMap(([pair, own]) =>
    portionsOf(plan, own).map((portion) => progressOf(plan, portion, Number(pair), records)),
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
  const lost = progress.filter(isLost).map(({ repeats }) => repeats);
  const dealt = dealPortions(lost, pairs);
  const owners = [...new Set([...kept.map(({ pair }) => pair), ...pairs])];
  const repeatsOf = (owner: number): readonly number[] => [
    ...kept.flatMap(({ pair, repeats }) => (pair === owner ? repeats : [])),
    ...(dealt[owner] ?? []),
  ];
  return Object.fromEntries(owners.map((owner) => [owner, repeatsOf(owner)]));
};
