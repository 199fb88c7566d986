import { targetId, type Measurement } from '../../model/measurement.ts';
import type { SloSearch } from '../../model/plan.ts';
import {
  lowestRate,
  MAX_TRIALS,
  searchOf,
  secondsToTry,
  trialMeasurement,
} from '../../plan/slo-search.ts';
import type { MeasurementRecord, CompletedMeasurement, ResultRecord } from '../../model/record.ts';
import { generatorCpuCheck } from '../checks/generator-cpu.ts';
import { gpuThrottledCheck } from '../checks/gpu-throttled.ts';
import { middlewareCpuCheck } from '../checks/middleware-cpu.ts';
import { networkAllowanceCheck } from '../checks/network-allowance.ts';
import { scheduleCheck } from '../checks/schedule.ts';
import type { CheckResult } from '../summary-row.ts';
import type { SearchOutcome, SearchReason, SloRate } from '../slo-types.ts';
import { limitState, rowCounts, type RowCounts } from './limits.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { findingOf } from '../checks/checks.ts';
import { groupBy } from '../group-by.ts';
import { repeatsInterval, type Estimate, type Interval } from '../../stats/interval.ts';
import { meanOf, sum } from '../../stats/moments.ts';

/** A search ends if the lowest failing rate is at most this share above the highest rate that kept the limit. */
export const BRACKET_SHARE = 0.05;

/** The first rate, as a share of the highest rate of virtual users, and the factors until there is a bracket. */
const FIRST_SHARE = 0.7;
const GROWTH = 1.5;
const SHRINKAGE = 0.5;

/** The result of one tried rate. */
export interface SloTrial extends Partial<RowCounts> {
  readonly ratePerSecond: number;
  /** Whether it was shown to keep the limit. */
  readonly isKept: boolean;
  /** Absent if the measurement has no figures. */
  readonly p99Ms?: number;
  /** Why the rig may have been the limit. */
  readonly limitedBy?: SearchReason;
}

/** A search with its trials so far. */
interface SearchProgress {
  readonly trials: readonly SloTrial[];
  /** If `found`, `highestKept` is the result. */
  readonly state: Exclude<SearchOutcome['state'], 'mixed'>;
  /** Why nothing was found. */
  readonly reason?: SearchReason;
  /** If the rate was confirmed, the confirming trial: unlike the first one it was not selected, so its figures are not biased. */
  readonly highestKept?: SloTrial;
  /** The lowest rate that was not shown to keep the limit. */
  readonly lowestFailing?: SloTrial;
  /** The next measurement; absent unless the search is going on. */
  readonly next?: Measurement;
}

/** Response times begin when a request was planned, so that requests which leave late by less than this share of a limit hardly count for it. */
const TOLERATED_DELAY = 0.1;

/** Names the part of the rig that did not keep up in a trial; undefined if all kept up, as far as it matters for a p99 limit. */
export const rigLimitInTrial = (
  record: CompletedMeasurement,
  p99Ms: number,
): SearchReason | undefined => {
  const { unsent, delayP99Ms = Infinity, self } = record.load;
  const { keptUp, reason: why = 'no reason recorded' } = self;
  const isLittleLate = unsent === 0 && delayP99Ms <= TOLERATED_DELAY * p99Ms;
  if (!keptUp && !isLittleLate) return { code: 'generator-behind', why };
  const results: readonly CheckResult[] = [
    generatorCpuCheck([record]),
    ...(isLittleLate ? [] : [scheduleCheck([record])]),
    middlewareCpuCheck([record]),
    networkAllowanceCheck([record]),
    gpuThrottledCheck([record]),
  ];
  const result = results.find(({ state }) => state === 'failed');
  return result && { code: 'failed-check', result };
};

const trialOf = ({ p99Ms }: SloSearch, record: MeasurementRecord): SloTrial => {
  const { level } = record.measurement;
  const ratePerSecond = level.loop === 'open' ? level.ratePerSecond : Number.NaN;
  if (record.state === 'failed') return { ratePerSecond, isKept: false };
  const counts = rowCounts([record], p99Ms);
  const { failedShare, latency } = record.load;
  const limitedBy = rigLimitInTrial(record, p99Ms);
  return {
    ratePerSecond,
    isKept: limitState(failedShare, counts) === 'kept',
    ...counts,
    p99Ms: latency.p99Ms,
    limitedBy,
  };
};

const byRate = (a: SloTrial, b: SloTrial): number => a.ratePerSecond - b.ratePerSecond;

/** The measurements of virtual users that ran before a search or a stability test, with the same target and repeat. */
export const pilotsOf = (
  { target, engine, repeat }: Pick<Measurement, 'target' | 'engine' | 'repeat'>,
  records: readonly ResultRecord[],
): readonly CompletedMeasurement[] =>
  records.filter(
    (record): record is CompletedMeasurement =>
      record.kind === 'measurement' &&
      record.state === 'completed' &&
      record.measurement.level.loop === 'closed' &&
      record.measurement.engine === engine &&
      record.measurement.repeat === repeat &&
      targetId(record.measurement.target) === targetId(target),
  );

/** Ends a search without a trial, if the virtual users already show its result. */
const withoutTrial = (
  search: SloSearch,
  pilots: readonly CompletedMeasurement[],
  firstRate: number,
): Pick<SearchProgress, 'state' | 'reason'> | undefined => {
  if (firstRate === 0) return { state: 'not-started' };
  const fastest = Math.min(
    ...pilots.filter(({ load }) => load.latency.count > 0).map(({ load }) => load.latency.p50Ms),
  );
  if (fastest > search.p99Ms) {
    const reason = {
      code: 'median-above-limit',
      medianMs: fastest,
      limitMs: search.p99Ms,
    } as const;
    return { state: 'none', reason };
  }
  if (firstRate >= lowestRate(search)) return undefined;
  return {
    state: 'no-result',
    reason: {
      code: 'short-windows',
      durationSeconds: search.durationSeconds,
      ratePerSecond: firstRate,
      neededSeconds: secondsToTry(firstRate * SHRINKAGE),
    },
  };
};

const nextRate = (firstRate: number, kept?: number, failing?: number): number => {
  if (kept === undefined) return failing === undefined ? firstRate : failing * SHRINKAGE;
  return failing === undefined ? kept * GROWTH : Math.sqrt(kept * failing);
};

/** The highest rate that kept the limit below the lowest rate that failed. */
const bracketOf = (
  trials: readonly SloTrial[],
): Pick<SearchProgress, 'highestKept' | 'lowestFailing'> => {
  const [lowestFailing] = trials.filter(({ isKept }) => !isKept).toSorted(byRate);
  const limit = lowestFailing?.ratePerSecond ?? Infinity;
  const highestKept = trials
    .filter(({ isKept, ratePerSecond }) => isKept && ratePerSecond < limit)
    .toSorted(byRate)
    .at(-1);
  return { highestKept, lowestFailing };
};

/** The result of a search that tries no other rate. */
const resultOf = (
  { highestKept, lowestFailing }: ReturnType<typeof bracketOf>,
  isConfirmed: boolean,
  trials: number,
): Pick<SearchProgress, 'state' | 'reason'> => {
  if (lowestFailing?.limitedBy !== undefined) {
    return { state: 'no-result', reason: lowestFailing.limitedBy };
  }
  if (isConfirmed) return { state: 'found' };
  if (highestKept !== undefined) {
    return { state: 'no-result', reason: { code: 'not-confirmed', trials } };
  }
  const lowestPerSecond = lowestFailing?.ratePerSecond;
  return { state: 'none', reason: { code: 'none-kept', lowestPerSecond } };
};

/**
 * Computes the state of a search from its trials, so that a run that was cut off continues where it stopped.
 *
 * A search grows from a rate that keeps the limit, or shrinks from one that does not, until it has a bracket. Then it bisects at the
 * geometric mean, and confirms the result with a second window. A rate that keeps the limit in one window but not in another counts as
 * failing, and so do all higher rates.
 */
export const searchProgress = (
  search: SloSearch,
  records: readonly ResultRecord[],
): SearchProgress => {
  const trials = records.flatMap((record) =>
    record.kind === 'measurement' && searchOf([search], record.measurement) !== undefined
      ? [trialOf(search, record)]
      : [],
  );
  const pilots = pilotsOf(search, records);
  const firstRate =
    FIRST_SHARE * Math.max(0, ...pilots.map(({ load }) => load.requestRatePerSecond));
  const ended = withoutTrial(search, pilots, firstRate);
  if (ended !== undefined) return { trials, ...ended };

  const bracket = bracketOf(trials);
  const kept = bracket.highestKept?.ratePerSecond;
  const failing = bracket.lowestFailing?.ratePerSecond;
  const isConfirmed =
    trials.filter(({ isKept, ratePerSecond }) => isKept && ratePerSecond === kept).length > 1;
  const triesLeft = MAX_TRIALS - trials.length;
  const isNarrow =
    kept !== undefined && failing !== undefined && failing <= kept * (1 + BRACKET_SHARE);
  const confirms = kept !== undefined && (isNarrow || triesLeft === 1);
  // Three digits are finer than the bracket and give readable ids.
  const rate = confirms ? kept : Number(nextRate(firstRate, kept, failing).toPrecision(3));
  if (!isConfirmed && rate >= lowestRate(search) && triesLeft > 0) {
    const next = trialMeasurement(search, rate, confirms);
    return { trials, ...bracket, state: 'going-on', next };
  }
  return { trials, ...bracket, ...resultOf(bracket, isConfirmed, trials.length) };
};

/** States of a repeat that leave the common result open. */
const OPEN_STATES = ['going-on', 'not-started', 'no-result'] as const;

const stateOf = (repeats: readonly SearchProgress[]): SearchOutcome['state'] => {
  const states = new Set(repeats.map(({ state }) => state));
  const [only = 'mixed'] = states;
  return OPEN_STATES.find((state) => states.has(state)) ?? (states.size > 1 ? 'mixed' : only);
};

const geometricMean = (rates: readonly number[]): number => Math.exp(meanOf(rates.map(Math.log)));

const intervalOf = (rates: readonly number[]): Interval | undefined =>
  repeatsInterval(
    geometricMean(rates),
    rates.map((value) => ({ value, minError: 0 })),
  );

/**
 * The rate over the repeats: the geometric mean of the rates that kept the limit, with Student's t interval on their logarithms. The
 * true highest rate lies between one that kept the limit and one that failed, so the upper end of the interval comes from the failing rates.
 */
const estimateOf = (repeats: readonly SearchProgress[]): Estimate => {
  const kept = repeats.flatMap(({ highestKept }) => highestKept?.ratePerSecond ?? []);
  const failing = repeats.flatMap(({ lowestFailing }) => lowestFailing?.ratePerSecond ?? []);
  const value = geometricMean(kept);
  const [lower, upper] = [intervalOf(kept), intervalOf(failing)];
  return lower === undefined || upper === undefined || failing.length < kept.length
    ? { value }
    : { value, interval: { ...lower, high: upper.high } };
};

const reasonOf = (
  state: SearchOutcome['state'],
  repeats: readonly SearchProgress[],
): SearchReason | undefined => {
  if (state !== 'mixed') {
    return repeats.find((repeat) => repeat.state === state && repeat.reason !== undefined)?.reason;
  }
  const ratesPerSecond = repeats.flatMap(({ highestKept }) => highestKept?.ratePerSecond ?? []);
  return { code: 'some-repeats', ratesPerSecond, repeats: repeats.length };
};

/** @param searches of one target within one limit, one a repeat */
const rateOf = (
  searches: readonly [SloSearch, ...SloSearch[]],
  records: readonly ResultRecord[],
): SloRate => {
  const { target, engine, p99Ms: limitMs } = searches[0];
  const repeats = searches.map((search) => searchProgress(search, records));
  const state = stateOf(repeats);
  const kept = repeats.flatMap(({ highestKept }) => highestKept ?? []);
  return {
    target,
    engine,
    scenario: 'warm',
    limitMs,
    state: state === 'found' ? 'kept' : state === 'none' ? 'not-kept' : 'unknown',
    requests: sum(kept.map(({ requests = 0 }) => requests)),
    overLimit: sum(kept.map(({ overLimit = 0 }) => overLimit)),
    search: {
      state,
      repeats: repeats.length,
      trials: sum(repeats.map(({ trials }) => trials.length)),
      reason: reasonOf(state, repeats),
    },
    requestRatePerSecond: state === 'found' ? estimateOf(repeats) : undefined,
    p99Ms: state === 'found' ? meanOf(kept.map(({ p99Ms = Number.NaN }) => p99Ms)) : undefined,
  };
};

/** The highest rate of each target within each limit that a plan searches, in the order of the first repeat. */
export const searchRatesOf = (
  searches: readonly SloSearch[],
  records: readonly ResultRecord[],
): readonly SloRate[] => {
  const groups = groupBy(
    searches,
    ({ target, engine, p99Ms }) => `${targetId(target)}/${engine}/${p99Ms}`,
  );
  return [...groups.values()].map((group) => rateOf(group, records));
};

/** Why a search has no rate, as a sentence; empty if that is not known. */
export const searchReasonText = (reason: SearchReason | undefined): string => {
  switch (reason?.code) {
    case undefined:
      return '';
    case 'median-above-limit':
      return `Half of the requests of virtual users took longer than ${formatFigure(reason.medianMs)} ms, so no rate has its p99 within ${reason.limitMs} ms.`;
    case 'short-windows':
      return `Windows of ${reason.durationSeconds} s hold too few requests at ${formatFigure(reason.ratePerSecond)} requests/s, the first rate of the search: use --duration ${reason.neededSeconds}s or more.`;
    case 'generator-behind':
      return `The load generator did not keep up: ${reason.why}.`;
    case 'failed-check':
      return findingOf(reason.result);
    case 'not-confirmed':
      return `After ${reason.trials} trials no rate was confirmed by a second window.`;
    case 'none-kept':
      return `No rate of ${formatFigure(reason.lowestPerSecond)} requests/s or more was shown to keep the limit.`;
    case 'some-repeats':
      return `Only ${reason.ratesPerSecond.length} of ${reason.repeats} repeats found a rate: ${reason.ratesPerSecond.map((rate) => formatFigure(rate)).join(', ')} requests/s.`;
    default:
      return reason satisfies never;
  }
};
