import type { LoadEvent } from '../model/load-result.ts';
import type { MeasuringWindow } from '../../../k6/measuring-window.ts';
import { OUTCOME } from './outcome.ts';

/** The median for the progress line is over this many answers at most. */
const KEPT = 512;

/** The figures of the progress line, since it was last drawn. */
export class RecentAnswers {
  /** Failures since the start of the load. */
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

  /** Returns the correct answers since the last call and the median of their latencies; null if there were none. */
  take(): { readonly succeeded: number; readonly p50Ms: number | null } {
    const succeeded = this.#succeeded;
    this.#succeeded = 0;
    const sorted = this.#latenciesMs.slice(0, Math.min(succeeded, KEPT)).sort();
    return { succeeded, p50Ms: sorted[Math.ceil(sorted.length / 2) - 1] ?? null };
  }
}

const EVERY_MS = 400;

/** Emits the progress of the load, more than twice a second, until it is stopped. */
export const startProgress = (
  recent: RecentAnswers,
  window: () => MeasuringWindow | undefined,
  clock: () => number,
  emit: (event: LoadEvent) => void,
): { readonly stop: () => void } => {
  let lastMs = clock();
  const timer = setInterval(() => {
    const nowMs = clock();
    const { succeeded, p50Ms } = recent.take();
    emit({
      event: 'progress',
      phase: phaseAt(window(), nowMs),
      elapsedSeconds: nowMs / 1000,
      requestRatePerSecond: (succeeded * 1000) / (nowMs - lastMs),
      p50Ms,
      failed: recent.failed,
    });
    lastMs = nowMs;
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
};

const phaseAt = (
  window: MeasuringWindow | undefined,
  timeMs: number,
): 'warmup' | 'window' | 'drain' => {
  if (window === undefined || timeMs < window.startMs) return 'warmup';
  return timeMs < window.endMs ? 'window' : 'drain';
};
