import type { MeasuringWindow } from './measuring-window.ts';
import { isInside } from './measuring-window.ts';
import { failureClassOf, OUTCOME } from './outcome.ts';
import type { SecondBin } from '../model/load-result.ts';
import type { Sample } from './samples.ts';

/**
 * Counts what happened in each second of the window: sendings by the time of the sending, answers and failures by their
 * end, in closed and open loop alike. The sum over the correct answers is the one behind the request rate.
 */
export const binBySecond = (samples: Iterable<Sample>, window: MeasuringWindow): SecondBin[] => {
  const seconds = Array.from(
    { length: Math.ceil((window.endMs - window.startMs) / 1000) },
    (): { sent: number; failed: number; latenciesMs: number[] } => ({
      sent: 0,
      failed: 0,
      latenciesMs: [],
    }),
  );
  const secondOf = (timeMs: number): (typeof seconds)[number] | undefined =>
    isInside(window, timeMs) ? seconds[Math.floor((timeMs - window.startMs) / 1000)] : undefined;
  for (const sample of samples) {
    const sentIn = secondOf(sample.sentMs);
    if (sentIn !== undefined) {
      sentIn.sent += 1;
    }
    const doneIn = secondOf(sample.doneMs);
    if (doneIn !== undefined && sample.outcome === OUTCOME.succeeded) {
      doneIn.latenciesMs.push(sample.doneMs - sample.plannedMs);
    } else if (doneIn !== undefined && failureClassOf(sample.outcome) !== undefined) {
      doneIn.failed += 1;
    }
  }
  return seconds.map(({ sent, failed, latenciesMs }, second) => {
    const sorted = Float64Array.from(latenciesMs).sort();
    const p50Ms = sorted[Math.ceil(sorted.length / 2) - 1];
    const maxMs = sorted.at(-1);
    return {
      second,
      sent,
      succeeded: sorted.length,
      failed,
      ...(p50Ms === undefined || maxMs === undefined ? {} : { p50Ms, maxMs }),
    };
  });
};
