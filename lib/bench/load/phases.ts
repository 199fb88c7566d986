import type { Histogram } from 'hdr-histogram-js';
import type { PhaseSummary } from '../model/load-result.ts';
import { createHistogram } from '../stats/histogram.ts';

/**
 * Calls `visit` with each metric of a `Server-Timing` header that has a duration in milliseconds. Syntax: W3C Server
 * Timing, section 4; what does not follow it is passed over, as the standard asks.
 */
export const visitServerTiming = (
  header: string,
  visit: (name: string, durationMs: number) => void,
): void => {
  for (const metric of header.split(',')) {
    const nameEnd = metric.indexOf(';');
    if (nameEnd < 0) {
      continue;
    }
    const duration = DURATION.exec(metric);
    const name = metric.slice(0, nameEnd).trim();
    if (duration !== null && name !== '') {
      visit(name, Number(duration[1]));
    }
  }
};

const DURATION = /;\s*dur\s*=\s*"?(\d+(?:\.\d+)?)"?/i;

interface Phase {
  readonly histogram: Histogram;
  sumMs: number;
}

/** A server that invents names must not grow the memory of the engine. */
const MAX_PHASES = 32;

/** Collects what `Server-Timing` says about the correct answers of the window. */
export class PhaseRecorder {
  readonly #phases = new Map<string, Phase>();

  add(header: string): void {
    visitServerTiming(header, this.#visit);
  }

  summarise(): Record<string, PhaseSummary> {
    return Object.fromEntries(
      [...this.#phases].map(([name, { histogram, sumMs }]) => [
        name,
        {
          meanMs: sumMs / histogram.totalCount,
          p50Ms: histogram.getValueAtPercentile(50) / 1000,
          p95Ms: histogram.getValueAtPercentile(95) / 1000,
        },
      ]),
    );
  }

  readonly #visit = (name: string, durationMs: number): void => {
    let phase = this.#phases.get(name);
    if (phase === undefined) {
      if (this.#phases.size === MAX_PHASES) {
        return;
      }
      phase = { histogram: createHistogram(1000), sumMs: 0 };
      this.#phases.set(name, phase);
    }
    phase.sumMs += durationMs;
    phase.histogram.recordValue(Math.round(durationMs * 1000));
  };
}
