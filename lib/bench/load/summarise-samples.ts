import type { FailureClass, LoadResult, SecondBin } from '../model/load-result.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
  summariseLatency,
} from '../stats/histogram.ts';
import {
  correctPart,
  isInside,
  shareInside,
  type MeasuringWindow,
} from '../../../k6/measuring-window.ts';
import { failureClassOf, OUTCOME } from './outcome.ts';
import type { Sample } from './samples.ts';

const SECOND_MS = 1000;

/**
 * Divides the window into seconds, each with the correct answers that count for the rate, the failures that arrived in it, and the median
 * of the answers that arrived in it.
 */
export const binBySecond = (
  samples: Iterable<Sample>,
  window: MeasuringWindow,
  loop: 'closed' | 'open',
): SecondBin[] => {
  const seconds = Array.from(
    // Rounded, because the edges are sums whose last digits are noise.
    { length: Math.ceil(Math.round(window.endMs - window.startMs) / SECOND_MS) },
    (_, second) => {
      const startMs = window.startMs + second * SECOND_MS;
      const endMs = Math.min(startMs + SECOND_MS, window.endMs);
      return { startMs, endMs, succeeded: 0, failed: 0, latenciesMs: [] as number[] };
    },
  );
  const indexOf = (timeMs: number): number => Math.floor((timeMs - window.startMs) / SECOND_MS);
  for (const sample of samples) {
    const { plannedMs, sentMs, doneMs, outcome } = sample;
    const doneIn = isInside(window, doneMs) ? seconds[indexOf(doneMs)] : undefined;
    if (outcome === OUTCOME.succeeded) {
      doneIn?.latenciesMs.push(doneMs - plannedMs);
      for (const second of seconds.slice(
        Math.max(0, indexOf(sentMs)),
        Math.max(0, indexOf(doneMs) + 1),
      )) {
        second.succeeded += correctPart(second, loop, sample);
      }
    } else if (doneIn !== undefined && failureClassOf(outcome) !== undefined) {
      doneIn.failed += 1;
    }
  }
  return seconds.map(({ succeeded, failed, latenciesMs }, second) => {
    const sorted = Float64Array.from(latenciesMs).sort();
    const p50Ms = sorted[Math.ceil(sorted.length / 2) - 1];
    return { second, succeeded: Number(succeeded.toFixed(3)), failed, p50Ms };
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

/** Turns samples into figures. `measuring-window.ts` says which sample counts for which figure. */
export const summariseSamples = (
  samples: Iterable<Sample>,
  window: MeasuringWindow,
  loop: 'closed' | 'open',
  timeoutMs: number,
): SampleSummary => {
  const histogram = createHistogram(timeoutMs);
  const failures: Partial<Record<FailureClass, number>> = {};
  const isClosed = loop === 'closed';
  const windowMs = window.endMs - window.startMs;
  let [succeeded, failed, succeededInside, offered, unsent] = [0, 0, 0, 0, 0];
  const delaysMs: number[] = [];
  let occupiedMs = 0;
  for (const sample of samples) {
    const { plannedMs, sentMs, doneMs, outcome } = sample;
    if (isClosed) occupiedMs += shareInside(window, sentMs, doneMs) * (doneMs - sentMs);
    if (outcome === OUTCOME.succeeded) succeededInside += correctPart(window, loop, sample);
    if (!isInside(window, plannedMs)) continue;
    offered += 1;
    if (outcome === OUTCOME.unsent) unsent += 1;
    else delaysMs.push(sentMs - plannedMs);
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
    requestRatePerSecond: (succeededInside * 1000) / windowMs,
    failedShare: succeeded + failed === 0 ? 0 : failed / (succeeded + failed),
    offered,
    unsent,
    delayedShare: delaysMs.length === 0 ? 0 : delayed / delaysMs.length,
    meanInFlight: isClosed ? occupiedMs / windowMs : undefined,
    latency,
    histogram: encodeHistogram(histogram),
    bins: binBySecond(samples, window, loop),
  };
};
