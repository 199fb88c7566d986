import { targetId, type Measurement, type Target } from '../../model/measurement.ts';
import type { Plan, Tuning } from '../../model/plan.ts';
import type { CompletedMeasurement, MeasurementRecord, ResultRecord } from '../../model/record.ts';
import {
  isTuningMeasurement,
  ladderStep,
  likelyRate,
  mostUsersOn,
  orderInRepeat,
  rateTrial,
  repeatOf,
  settingsOfServers,
} from '../../plan/tuning.ts';
import { medianOf, sum } from '../../stats/moments.ts';
import { MAX_FAILED_SHARE, rowCounts, type RowCounts } from '../slo/limits.ts';
import {
  FINAL,
  nextRate,
  SEARCH,
  standingRate,
  type Staircase,
  type TriedRate,
} from './limit-rate.ts';
import type { OutReason } from './tuning-types.ts';

/** A plan that searches for settings. */
export type TunedPlan = Pick<Plan, 'targets' | 'options'> & { readonly tuning: Tuning };

/** A plan with its search for settings; undefined if it has none. */
export const tunedPlanOf = (
  plan: Pick<Plan, 'targets' | 'options' | 'tuning'>,
): TunedPlan | undefined => {
  const { tuning } = plan;
  return tuning && { ...plan, tuning };
};

/** What is known of a target of a search. */
export interface Searching {
  readonly target: Target;
  readonly out?: OutReason;
  /** The highest rate of virtual users within the limit, in each round of ladders. */
  readonly ladderRates: readonly number[];
  /** The rate within the limit that the search found. */
  readonly searchedRate?: number;
  /** The records of the finals, in which it is if there are any. */
  readonly finals: readonly CompletedMeasurement[];
  /** The rate at which each complete repeat of the finals ended. */
  readonly finalRates: readonly number[];
  /** Its first records, from all parts. */
  readonly records: readonly CompletedMeasurement[];
}

/** How far a search for settings is. */
export interface TuningProgress {
  readonly searching: readonly Searching[];
  /** Undefined if the search is over. */
  readonly next: Measurement | undefined;
  readonly done: number;
  /** How many more measurements are expected, with examples of how long they take. */
  readonly rest: readonly Measurement[];
}

/** A ladder ends where more users bring less than this. */
const LEAST_GROWTH = 1.03;

/** In a closed loop, a share of 10 % above the limit means that p99 of random arrivals is above it. */
const LADDER_SHARE = 0.1;

/** Random arrivals need more room than virtual users, who wait for each other. */
const FIRST_SHARE = 0.7;

const isCompleted = (record: MeasurementRecord): record is CompletedMeasurement =>
  record.state === 'completed';

const outOf = (records: readonly MeasurementRecord[]): OutReason | undefined => {
  for (const record of records) {
    if (!isCompleted(record)) return { code: 'failed', message: record.message };
    const { wrongAnswers = 0, notUnderstood = 0, answers } = record.load;
    const wrong = wrongAnswers + notUnderstood;
    if (wrong > 0) return { code: 'wrong-answers', wrong, answers };
  }
  return undefined;
};

/** Cache: the search is computed anew for each measurement, and reading histograms takes long. */
const cachedCounts = new WeakMap<CompletedMeasurement, RowCounts & { readonly p99Ms: number }>();

const countsOf = (record: CompletedMeasurement, p99Ms: number): RowCounts => {
  const cached = cachedCounts.get(record);
  if (cached?.p99Ms === p99Ms) return cached;
  const counts = { ...rowCounts([record], p99Ms), p99Ms };
  cachedCounts.set(record, counts);
  return counts;
};

/** A trial. Failed requests beyond a few are too many, however fast the others were. */
export const triedRateOf = (record: CompletedMeasurement, p99Ms: number): TriedRate => {
  const { level } = record.measurement;
  const { requests, overLimit } = countsOf(record, p99Ms);
  const isFailing = record.load.failedShare > MAX_FAILED_SHARE;
  return {
    ratePerSecond: level.loop === 'open' ? level.ratePerSecond : Number.NaN,
    requests,
    overLimit: isFailing ? Math.max(overLimit, 0.02 * requests) : overLimit,
  };
};

interface Ladder {
  readonly out?: OutReason;
  readonly nextUsers?: number;
  /** Undefined if no step was within the limit. */
  readonly rate?: number;
}

const rateOf = ({ load }: CompletedMeasurement): number => load.requestRatePerSecond;

const ladderOf = (target: Target, p99Ms: number, records: readonly MeasurementRecord[]): Ladder => {
  const out = outOf(records);
  if (out !== undefined) return { out };
  const steps = records.filter(isCompleted);
  const isWithin = (record: CompletedMeasurement): boolean => {
    const { requests, overLimit } = countsOf(record, p99Ms);
    return requests > 0 && overLimit <= LADDER_SHARE * requests;
  };
  const kept = steps.filter(isWithin);
  const [last, before] = steps.toReversed();
  const rate = kept.length === 0 ? undefined : Math.max(...kept.map(rateOf));
  const [first] = steps;
  if (first === undefined || last === undefined) return { nextUsers: 1 };
  if (rate === undefined) {
    const { failed, succeeded, latency } = first.load;
    return failed > 0
      ? { out: { code: 'refused', failed, requests: failed + succeeded } }
      : { out: { code: 'too-slow', p50Ms: latency.p50Ms } };
  }
  const hasGrown = before === undefined || rateOf(last) > LEAST_GROWTH * rateOf(before);
  const nextUsers = 2 ** steps.length;
  return isWithin(last) && hasGrown && nextUsers <= mostUsersOn(target)
    ? { rate, nextUsers }
    : { rate };
};

const geometricMean = (rates: readonly number[]): number =>
  Math.exp(sum(rates.map(Math.log)) / rates.length);

/** The best of the targets by a figure. */
const best = (
  searching: readonly Searching[],
  count: number,
  figureOf: (of: Searching) => number,
): readonly Searching[] => searching.toSorted((a, b) => figureOf(b) - figureOf(a)).slice(0, count);

/** Keeps the best of each server. */
const bestOfServers = (
  searching: readonly Searching[],
  count: number,
  figureOf: (of: Searching) => number,
): readonly Searching[] => {
  const byId = new Map(searching.map((of) => [targetId(of.target), of]));
  return [...settingsOfServers(searching.map(({ target }) => target)).values()].flatMap((targets) =>
    best(
      targets.flatMap((target) => byId.get(targetId(target)) ?? []),
      count,
      figureOf,
    ),
  );
};

const turnOf = (repeat: number, target: Target): string => `${repeat}/${targetId(target)}`;

/** A search while its state is computed from its records. */
interface Search {
  readonly plan: TunedPlan;
  /** By id, in the order of the plan. */
  readonly known: ReadonlyMap<string, Searching>;
  readonly update: (target: Target, changed: Partial<Searching>) => void;
  /** The targets that are not out. */
  readonly among: () => readonly Searching[];
  readonly recordsIn: (repeat: number, target: Target) => readonly MeasurementRecord[];
  /**
   * Notes the measurements that are still to come in a turn.
   *
   * @param isKnown whether the first of them is known, and not only what it will be like
   */
  readonly expect: (turn: readonly Measurement[], isKnown: boolean) => void;
  /** The rate at which a target is probably measured, in requests per second. */
  readonly likelyRateOf: (of: Searching) => number;
}

const stateOf = ({ known }: Search, target: Target): Searching => {
  const of = known.get(targetId(target));
  if (of === undefined) throw new RangeError(`${targetId(target)} is not in the plan`);
  return of;
};

/** The steps of a ladder that are still to come, if the target answers as fast as it probably does. */
const stepsFrom = (
  { plan, likelyRateOf }: Search,
  of: Searching,
  repeat: number,
  nextUsers: number,
): readonly Measurement[] => {
  const { target } = of;
  // With n users, a target at its limit takes n ÷ rate; one step is above the limit.
  const mostUsers = (2 * likelyRateOf(of) * plan.tuning.p99Ms) / 1000;
  const steps = [ladderStep(plan, target, repeat, nextUsers)];
  for (let users = 2 * nextUsers; users <= Math.min(mostUsers, mostUsersOn(target)); users *= 2) {
    steps.push(ladderStep(plan, target, repeat, users));
  }
  return steps;
};

/** Follows the rounds of ladders. Returns the targets whose rates are searched. */
const climbLadders = (search: Search): readonly Searching[] => {
  const { plan, update, among, recordsIn, expect } = search;
  const { tuning } = plan;
  let survivors = among();
  for (const [index, kept] of tuning.ladders.entries()) {
    const repeat = repeatOf(tuning, 'ladder', index + 1);
    const targets = survivors.map(({ target }) => target);
    for (const target of orderInRepeat(plan, targets, index + 1)) {
      const before = stateOf(search, target);
      const records = recordsIn(repeat, target);
      const { out, nextUsers, rate } = ladderOf(target, tuning.p99Ms, records);
      update(target, {
        ...(out && { out }),
        ladderRates: [...before.ladderRates, ...(rate === undefined ? [] : [rate])],
        records: [...before.records, ...records.filter(isCompleted)],
      });
      if (nextUsers !== undefined) expect(stepsFrom(search, before, repeat, nextUsers), true);
    }
    const climbed = new Set(targets.map(targetId));
    survivors = bestOfServers(
      among().filter(({ target }) => climbed.has(targetId(target))),
      kept,
      ({ ladderRates }) => (ladderRates.length === 0 ? 0 : geometricMean(ladderRates)),
    );
  }
  return survivors;
};

/** The trials of a turn that are still to come, if all are at one rate. */
const trialsFrom = (
  plan: TunedPlan,
  { target }: Searching,
  repeat: number,
  rate: number,
  count: number,
): readonly Measurement[] =>
  Array.from({ length: count }, () => rateTrial(plan, target, repeat, rate));

/** Follows a turn that steps towards the limit. Returns the rate at which it ended; undefined if it goes on, or the target is out. */
const stepTowardsLimit = (
  { plan, update, recordsIn, expect }: Search,
  staircase: Staircase,
  of: Searching,
  repeat: number,
  startRate: number,
): number | undefined => {
  const records = recordsIn(repeat, of.target);
  const out = outOf(records);
  if (out !== undefined) {
    update(of.target, { out });
    return undefined;
  }
  const trials = records
    .filter(isCompleted)
    .map((record) => triedRateOf(record, plan.tuning.p99Ms));
  const rate = nextRate(staircase, startRate, trials);
  if (rate === undefined) return standingRate(staircase, startRate, trials);
  expect(trialsFrom(plan, of, repeat, rate, staircase.trials - trials.length), true);
  return undefined;
};

/** Follows the search for the highest rate of the targets that remain. */
const searchRates = (search: Search, survivors: readonly Searching[]): void => {
  const { plan, update, expect, likelyRateOf } = search;
  const repeat = repeatOf(plan.tuning, 'rates', 1);
  const targets = survivors.map(({ target }) => target);
  for (const target of orderInRepeat(plan, targets, 1)) {
    const of = stateOf(search, target);
    const startRate = likelyRateOf(of);
    if (of.ladderRates.length === 0) {
      expect(trialsFrom(plan, of, repeat, startRate, SEARCH.trials), false);
      continue;
    }
    const searchedRate = stepTowardsLimit(search, SEARCH, of, repeat, startRate);
    if (searchedRate !== undefined) update(target, { searchedRate });
  }
};

/** The targets of the finals: the best of each server, and its defaults. As long as none is known to be best, the defaults are not among these. */
const finalistsOf = (
  { plan, among }: Search,
  survivors: readonly Searching[],
  isSearchOver: boolean,
): readonly Target[] => {
  const searched = new Set(survivors.map(({ target }) => targetId(target)));
  const isDefault = ({ target }: Searching): boolean => target.settings === 'default';
  const candidates = among().filter(
    (of) => searched.has(targetId(of.target)) && (isSearchOver || !isDefault(of)),
  );
  const finalists = bestOfServers(
    candidates,
    plan.tuning.finalists,
    ({ searchedRate = 0 }) => searchedRate,
  );
  const defaults = among().filter(
    (of) => isDefault(of) && (of.ladderRates.length > 0 || !isSearchOver),
  );
  return [...new Set([...finalists, ...defaults])].map(({ target }) => target);
};

/** Follows the finals. */
const measureFinals = (search: Search, targets: readonly Target[], isSearchOver: boolean): void => {
  const { plan, update, recordsIn, expect, likelyRateOf } = search;
  for (let number = 1; number <= plan.options.repeats; number += 1) {
    const repeat = repeatOf(plan.tuning, 'final', number);
    for (const target of orderInRepeat(plan, targets, number)) {
      const of = stateOf(search, target);
      if (of.out !== undefined) continue;
      if (!isSearchOver) {
        expect(trialsFrom(plan, of, repeat, likelyRateOf(of), FINAL.trials), false);
        continue;
      }
      const finals = [...of.finals, ...recordsIn(repeat, target).filter(isCompleted)];
      update(target, { finals });
      const startRate = of.finalRates.length === 0 ? likelyRateOf(of) : medianOf(of.finalRates);
      const ended = stepTowardsLimit(search, FINAL, of, repeat, startRate);
      if (ended !== undefined) update(target, { finalRates: [...of.finalRates, ended] });
    }
  }
};

/**
 * Computes the state of a search from its records, so that a run that was cut off continues where it stopped.
 *
 * Every round starts each server afresh. In the rounds of ladders, virtual users are doubled as long as the limit is kept and the rate grows;
 * the settings with the highest rates of each server remain. For the last of them, the highest rate of random arrivals within the limit is
 * searched. The finals search it again for the best of these and the defaults of each server, from where it was found, in each of several
 * repeats in mirrored orders; only these measurements are results.
 *
 * @param assumedRate of a target of which nothing is known, in requests per second
 */
export const tuningProgress = (
  plan: TunedPlan,
  allRecords: readonly ResultRecord[],
  assumedRate = likelyRate(),
): TuningProgress => {
  const byTurn = new Map<string, MeasurementRecord[]>();
  let done = 0;
  for (const record of allRecords) {
    if (record.kind !== 'measurement' || !isTuningMeasurement(record.measurement)) continue;
    const turn = turnOf(record.measurement.repeat, record.measurement.target);
    byTurn.set(turn, [...(byTurn.get(turn) ?? []), record]);
    done += 1;
  }
  const known = new Map<string, Searching>(
    plan.targets.map((target) => [
      targetId(target),
      { target, ladderRates: [], finals: [], finalRates: [], records: [] },
    ]),
  );
  const rest: Measurement[] = [];
  let next: Measurement | undefined;
  const search: Search = {
    plan,
    known,
    update: (target, changed) =>
      void known.set(targetId(target), { ...stateOf(search, target), ...changed }),
    among: () => [...known.values()].filter(({ out }) => out === undefined),
    recordsIn: (repeat, target) => byTurn.get(turnOf(repeat, target)) ?? [],
    expect: (turn, isKnown) => {
      if (isKnown) next ??= turn[0];
      rest.push(...turn);
    },
    likelyRateOf: ({ searchedRate, ladderRates }) =>
      searchedRate ??
      (ladderRates.length === 0 ? assumedRate : FIRST_SHARE * geometricMean(ladderRates)),
  };
  const survivors = climbLadders(search);
  searchRates(search, survivors);
  const isSearchOver = next === undefined;
  measureFinals(search, finalistsOf(search, survivors, isSearchOver), isSearchOver);
  return { searching: [...known.values()], next, done, rest };
};

/** How many more measurements the search of a plan is expected to take, with examples of how long they take; none without a search. */
export const expectedTuning = (
  plan: Pick<Plan, 'targets' | 'options' | 'tuning'>,
  records: readonly ResultRecord[] = [],
  assumedRate?: number,
): readonly Measurement[] => {
  const tuned = tunedPlanOf(plan);
  return tuned === undefined ? [] : tuningProgress(tuned, records, assumedRate).rest;
};
