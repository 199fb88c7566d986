import type { MeasuringWindow } from './measuring-window.ts';
import type { RecentAnswers } from './recent-answers.ts';
import type { LoadEvent } from '../model/load-result.ts';

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
