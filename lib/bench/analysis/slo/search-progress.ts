import { targetId, type Measurement } from '../../model/measurement.ts';
import type { SloSearch } from '../../model/plan.ts';
import {
  lowestRate,
  MOST_TRIALS,
  searchOf,
  secondsToTry,
  trialMeasurement,
} from '../../plan/slo-search.ts';
import type { MeasurementRecord, CompletedMeasurement, ResultRecord } from '../../model/record.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { generatorCpuCheck, middlewareCpuCheck } from '../checks/cpu.ts';
import { gpuThrottledCheck } from '../checks/gpu.ts';
import { scheduleCheck } from '../checks/schedule.ts';
import { boundState, rowCounts, type RowCounts } from './row-counts.ts';

/** A search ends when the lowest rate that failed is at most this far above the highest that kept the bound. */
export const BRACKET_SHARE = 0.05;

/** The first rate as a share of the rate of virtual users, and the steps until there is a bracket. */
const FIRST_SHARE = 0.7;
const GROWTH = 1.5;
const SHRINKAGE = 0.5;

/** The result of one rate. */
export interface SloTrial extends Partial<RowCounts> {
  readonly ratePerSecond: number;
  /** Whether it was shown to keep the bound. */
  readonly isKept: boolean;
  /** Absent if the measurement gave no figures. */
  readonly p99Ms?: number;
  /** Why the rig, and not the target, may have been the limit, as a sentence. */
  readonly limitedBy?: string;
}

/** A search with its trials so far. */
export interface SearchProgress {
  readonly trials: readonly SloTrial[];
  /**
   * `found`: `highestKept` is the answer; `none`: no tried rate keeps the bound; `no-result`: the trials say nothing about the
   * target; `not-started`: virtual users got no answers before it, or have not run yet.
   */
  readonly state: 'not-started' | 'going-on' | 'found' | 'none' | 'no-result';
  /** Why nothing was found, as a sentence. */
  readonly reason?: string;
  /** Of a rate that was confirmed, the confirming trial: it did not choose the rate, so luck has no part in its figures. */
  readonly highestKept?: SloTrial;
  /** The lowest rate that was not shown to keep the bound. */
  readonly lowestFailing?: SloTrial;
  /** The measurement that comes next; absent if the search is not going on. */
  readonly next?: Measurement;
}

/** The searches of a target within one bound, one for each repeat. */
export interface SearchOutcome {
  /** That of all repeats, or the one that leaves the answer open; `mixed` if only some found a rate. */
  readonly state: SearchProgress['state'] | 'mixed';
  readonly repeats: number;
  readonly trials: number;
  /** Why there is no rate, as a sentence. */
  readonly reason?: string;
}

/** The part of the rig that did not keep up in a trial, as a sentence. */
const limitOf = (record: CompletedMeasurement): string | undefined => {
  const { keptUp, reason = 'no reason recorded' } = record.load.self;
  if (!keptUp) return `The load generator did not keep up: ${reason}.`;
  const checks = [generatorCpuCheck, scheduleCheck, middlewareCpuCheck, gpuThrottledCheck];
  return checks.map((check) => check([record])).find(({ state }) => state === 'failed')?.finding;
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
    isKept: boundState(failedShare, counts) === 'kept',
    ...counts,
    p99Ms: latency.p99Ms,
    limitedBy,
  };
};

const byRate = (a: SloTrial, b: SloTrial): number => a.ratePerSecond - b.ratePerSecond;

/** The measurements of virtual users that ran before a search or a test, on its target and in its repeat. */
export const pilotsOf = (
  search: Pick<Measurement, 'target' | 'engine' | 'repeat'>,
  records: readonly ResultRecord[],
): readonly CompletedMeasurement[] =>
  records.filter(
    (record): record is CompletedMeasurement =>
      record.kind === 'measurement' &&
      record.state === 'completed' &&
      record.measurement.level.loop === 'closed' &&
      record.measurement.engine === search.engine &&
      record.measurement.repeat === search.repeat &&
      targetId(record.measurement.target) === targetId(search.target),
  );

/** Why nothing needs to be tried, if virtual users show it already. */
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
    return {
      state: 'none',
      reason: `Half of the requests of virtual users took longer than ${formatFigure(fastest)} ms, so no rate has its p99 within ${search.p99Ms} ms.`,
    };
  }
  if (firstRate >= lowestRate(search)) return undefined;
  return {
    state: 'no-result',
    reason: `Windows of ${search.durationSeconds} s hold too few requests at ${formatFigure(firstRate)} requests/s, where the search would begin: give --duration ${secondsToTry(firstRate * SHRINKAGE)}s or more.`,
  };
};

const nextRate = (firstRate: number, kept?: number, failing?: number): number => {
  if (kept === undefined) return failing === undefined ? firstRate : failing * SHRINKAGE;
  return failing === undefined ? kept * GROWTH : Math.sqrt(kept * failing);
};

/**
 * How far a search is. It finds a bracket by growing from a rate that keeps the bound or shrinking from one that does not,
 * bisects at the geometric mean, and then takes a second window at the rate that it found. A rate that keeps the bound in one
 * window and not in another counts as failing, and so do all above it. It depends on the records alone, so a run that was cut
 * off continues where it was.
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
  const [lowestFailing] = trials.filter(({ isKept }) => !isKept).toSorted(byRate);
  const failing = lowestFailing?.ratePerSecond;
  const highestKept = trials
    .filter(({ isKept, ratePerSecond }) => isKept && ratePerSecond < (failing ?? Infinity))
    .toSorted(byRate)
    .at(-1);
  const kept = highestKept?.ratePerSecond;
  const found = { trials, highestKept, lowestFailing };
  const isNarrow =
    kept !== undefined && failing !== undefined && failing <= kept * (1 + BRACKET_SHARE);
  const isConfirmed =
    trials.filter(({ isKept, ratePerSecond }) => isKept && ratePerSecond === kept).length > 1;
  const triesLeft = MOST_TRIALS - trials.length;
  const confirms = kept !== undefined && (isNarrow || triesLeft === 1);
  // Three digits are finer than the bracket and make readable ids.
  const rate = confirms ? kept : Number(nextRate(firstRate, kept, failing).toPrecision(3));
  if (!isConfirmed && rate >= lowestRate(search) && triesLeft > 0) {
    return { ...found, state: 'going-on', next: trialMeasurement(search, rate, confirms) };
  }
  if (lowestFailing?.limitedBy !== undefined) {
    return { ...found, state: 'no-result', reason: lowestFailing.limitedBy };
  }
  if (isConfirmed) return { ...found, state: 'found' };
  if (kept !== undefined) {
    const reason = `After ${trials.length} trials no rate was confirmed by a second window.`;
    return { ...found, state: 'no-result', reason };
  }
  return {
    ...found,
    state: 'none',
    reason: `No rate of at least ${formatFigure(failing)} requests/s was shown to keep it.`,
  };
};
