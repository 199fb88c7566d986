import type { FailureClass, LoadResult, SecondBin } from '../model/load-result.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
  summariseLatency,
} from '../stats/histogram.ts';
import { counts, isInside, type MeasuringWindow } from './measuring-window.ts';
import { failureClassOf, OUTCOME } from './outcome.ts';
import type { Sample } from './samples.ts';

/**
 * Counts the correct answers and failures that ended in each second of the window, in closed and open loops alike. The correct
 * answers add up to those of the request rate.
 */
export const binBySecond = (samples: Iterable<Sample>, window: MeasuringWindow): SecondBin[] => {
  const seconds = Array.from(
    { length: Math.ceil((window.endMs - window.startMs) / 1000) },
    (): { failed: number; latenciesMs: number[] } => ({ failed: 0, latenciesMs: [] }),
  );
  const secondOf = (timeMs: number): (typeof seconds)[number] | undefined =>
    isInside(window, timeMs) ? seconds[Math.floor((timeMs - window.startMs) / 1000)] : undefined;
  for (const sample of samples) {
    const doneIn = secondOf(sample.doneMs);
    if (doneIn !== undefined && sample.outcome === OUTCOME.succeeded) {
      doneIn.latenciesMs.push(sample.doneMs - sample.plannedMs);
    } else if (doneIn !== undefined && failureClassOf(sample.outcome) !== undefined) {
      doneIn.failed += 1;
    }
  }
  return seconds.map(({ failed, latenciesMs }, second) => {
    const sorted = Float64Array.from(latenciesMs).sort();
    const p50Ms = sorted[Math.ceil(sorted.length / 2) - 1];
    return { second, succeeded: sorted.length, failed, p50Ms };
  });
};

/** The part of a result that follows from the samples alone. */
type SampleSummary = Omit<
  LoadResult,
  'generator' | 'startedAt' | 'durationSeconds' | 'phases' | 'self'
>;

/**
 * A request counts as delayed if it left later than its planned time by more than both: a time, and a share of the median
 * latency. Latency starts at the planned time, so a delay within these limits hardly changes it.
 */
const DELAYED_AFTER_MS = 1;
const DELAYED_AFTER_SHARE = 0.05;

/** How long a request was in flight during the window; until its end if there was no answer. */
const inFlightMs = (window: MeasuringWindow, { sentMs, doneMs }: Sample): number => {
  const endMs = Number.isNaN(doneMs) ? window.endMs : Math.min(doneMs, window.endMs);
  return Math.max(0, endMs - Math.max(sentMs, window.startMs));
};

/** Turns samples into figures. `measuring-window.ts` and `model/load-result.ts` say which sample counts for which figure. */
export const summariseSamples = (
  samples: Iterable<Sample>,
  window: MeasuringWindow,
  timeoutMs: number,
): SampleSummary => {
  const histogram = createHistogram(timeoutMs);
  const failures: Partial<Record<FailureClass, number>> = {};
  let [succeeded, failed, succeededInside, offered, unsent, unfinished] = [0, 0, 0, 0, 0, 0];
  const delaysMs: number[] = [];
  const waits = createHistogram(timeoutMs);
  let occupiedMs = 0;
  for (const sample of samples) {
    const { plannedMs, sentMs, doneMs, outcome } = sample;
    if (window.loop === 'closed') occupiedMs += inFlightMs(window, sample);
    if (isInside(window, plannedMs)) {
      offered += 1;
      if (outcome === OUTCOME.unsent) unsent += 1;
      else delaysMs.push(sentMs - plannedMs);
    }
    if (isUnfinished(window, sentMs, doneMs, outcome)) {
      unfinished += 1;
      if (window.loop === 'closed') recordLatency(waits, window.endMs - sentMs);
      continue;
    }
    if (outcome === OUTCOME.succeeded) {
      succeededInside += isInside(window, doneMs) ? 1 : 0;
    }
    if (!counts(window, plannedMs, doneMs)) {
      continue;
    }
    const failure = failureClassOf(outcome);
    if (failure !== undefined) {
      failed += 1;
      failures[failure] = (failures[failure] ?? 0) + 1;
    } else if (outcome === OUTCOME.succeeded) {
      succeeded += 1;
      recordLatency(histogram, doneMs - plannedMs);
    }
  }
  const latency = summariseLatency(histogram);
  const lateMs = Math.max(DELAYED_AFTER_MS, DELAYED_AFTER_SHARE * latency.p50Ms);
  const delayed = delaysMs.filter((delayMs) => delayMs > lateMs).length;
  return {
    succeeded,
    failed,
    failures,
    requestRatePerSecond: (succeededInside * 1000) / (window.endMs - window.startMs),
    failedShare: succeeded + failed === 0 ? 0 : failed / (succeeded + failed),
    offered,
    unsent,
    delayedShare: delaysMs.length === 0 ? 0 : delayed / delaysMs.length,
    unfinished,
    unfinishedWaits: waits.totalCount === 0 ? undefined : encodeHistogram(waits),
    meanInFlight:
      window.loop === 'closed' ? occupiedMs / (window.endMs - window.startMs) : undefined,
    latency,
    histogram: encodeHistogram(histogram),
    bins: binBySecond(samples, window),
  };
};

/**
 * A closed loop stops waiting at the end of its window. Answers that arrive later are unfinished, and requests that a user still
 * sends after the end do not count at all.
 */
const isUnfinished = (
  window: MeasuringWindow,
  sentMs: number,
  doneMs: number,
  outcome: number,
): boolean =>
  window.loop === 'closed'
    ? sentMs < window.endMs && (outcome === OUTCOME.unfinished || doneMs >= window.endMs)
    : outcome === OUTCOME.unfinished;
