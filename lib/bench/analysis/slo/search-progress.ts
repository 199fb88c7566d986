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
import { scheduleCheck } from '../checks/schedule.ts';
import type { CheckResult } from '../summary-row.ts';
import type { SearchOutcome, SearchReason } from '../slo-types.ts';
import { limitState, rowCounts, type RowCounts } from './row-counts.ts';

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
export interface SearchProgress {
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

/** Names the part of the rig that did not keep up in a trial. */
const limitOf = (record: CompletedMeasurement): SearchReason | undefined => {
  const { keptUp, reason: why = 'no reason recorded' } = record.load.self;
  if (!keptUp) return { code: 'generator-behind', why };
  const results: readonly CheckResult[] = [
    generatorCpuCheck([record]),
    scheduleCheck([record]),
    middlewareCpuCheck([record]),
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
  const limitedBy = limitOf(record);
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
