import type { LoadEvent } from '../model/load-result.ts';
import type { MeasuringWindow } from './measuring-window.ts';
import { OUTCOME } from './outcome.ts';

/** A median over this many latest answers is good enough for a line that is redrawn twice a second. */
const KEPT = 512;

/** What the progress line shows: figures since the last look. */
export class RecentAnswers {
  /** Of the whole run. */
  failed = 0;
  #succeeded = 0;
  readonly #latenciesMs = new Float64Array(KEPT);

  add(outcome: number, latencyMs: number): void {
    if (outcome === OUTCOME.succeeded) {
      this.#latenciesMs[this.#succeeded % KEPT] = latencyMs;
      this.#succeeded += 1;
    } else {
      this.failed += 1;
    }
  }

  /** Correct answers since the last call, and the median of their latencies; null if there were none. */
  take(): { readonly succeeded: number; readonly p50Ms: number | null } {
    const succeeded = this.#succeeded;
    this.#succeeded = 0;
    const sorted = this.#latenciesMs.slice(0, Math.min(succeeded, KEPT)).sort();
    return { succeeded, p50Ms: sorted[Math.ceil(sorted.length / 2) - 1] ?? null };
  }
}

const EVERY_MS = 400;

/** Tells how the load goes, more than twice a second, until it is stopped. */
export const startProgress = (
  recent: RecentAnswers,
  window: MeasuringWindow,
  clock: () => number,
  emit: (event: LoadEvent) => void,
): { readonly stop: () => void } => {
  let lastMs = clock();
  const timer = setInterval(() => {
    const nowMs = clock();
    const { succeeded, p50Ms } = recent.take();
    emit({
      event: 'progress',
      phase: phaseAt(window, nowMs),
      elapsedSeconds: nowMs / 1000,
      requestRatePerSecond: (succeeded * 1000) / (nowMs - lastMs),
      p50Ms,
      failed: recent.failed,
    });
    lastMs = nowMs;
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
};

const phaseAt = (window: MeasuringWindow, timeMs: number): 'warmup' | 'window' | 'drain' => {
  if (timeMs < window.startMs) {
    return 'warmup';
  }
  return timeMs < window.endMs ? 'window' : 'drain';
};
