import type { LoadEvent } from '../model/load-result.ts';
import type { MeasuringWindow } from '../../../k6/measuring-window.ts';
import { OUTCOME } from './outcome.ts';

/** The median for the progress line is over this many answers at most. */
const KEPT = 512;

/** The figures of the progress line, since the warm-up or the window began. */
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

  /** Forgets the answers of the warm-up. */
  beginWindow(): void {
    this.#succeeded = 0;
  }

  /** The correct answers and the median latency of the latest; null if there are none. */
  figures(): { readonly answers: number; readonly p50Ms: number | null } {
    const answers = this.#succeeded;
    const sorted = this.#latenciesMs.slice(0, Math.min(answers, KEPT)).sort();
    return { answers, p50Ms: sorted[Math.ceil(sorted.length / 2) - 1] ?? null };
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
  let sinceMs = clock();
  let isWarmUp = true;
  const timer = setInterval(() => {
    const nowMs = clock();
    const phase = phaseAt(window(), nowMs);
    const figures = recent.figures();
    emit({
      event: 'progress',
      phase,
      elapsedSeconds: nowMs / 1000,
      requestRatePerSecond: (figures.answers * 1000) / (nowMs - sinceMs),
      ...figures,
      failed: recent.failed,
    });
    if (isWarmUp && phase !== 'warmup') {
      recent.beginWindow();
      sinceMs = nowMs;
      isWarmUp = false;
    }
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
