import type { PhaseSummary } from '../model/load-result.ts';

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

/** Means of what `Server-Timing` says about the correct answers of the window. */
export class PhaseMeans {
  readonly #sums = new Map<string, { count: number; sumMs: number }>();

  add(header: string): void {
    visitServerTiming(header, this.#visit);
  }

  summarise(): Record<string, PhaseSummary> {
    return Object.fromEntries(
      [...this.#sums].map(([name, { count, sumMs }]) => [name, { meanMs: sumMs / count }]),
    );
  }

  readonly #visit = (name: string, durationMs: number): void => {
    const phase = this.#sums.get(name);
    if (phase === undefined) {
      this.#sums.set(name, { count: 1, sumMs: durationMs });
    } else {
      phase.count += 1;
      phase.sumMs += durationMs;
    }
  };
}
