import type { PhaseSummary } from '../model/load-result.ts';

/** A metric with a duration in a `Server-Timing` header; see W3C Server Timing, section 4. */
const METRIC = /^\s*([^\s;]+)\s*(?:;[^;]*)*?;\s*dur\s*=\s*"?(\d+(?:\.\d+)?)"?/i;

/** The mean duration of each metric in the `Server-Timing` headers of the correct answers, in milliseconds. */
export class PhaseMeans {
  readonly #sums = new Map<string, { count: number; sumMs: number }>();

  /** Adds a header. Skips metrics that do not follow the standard, as it requires. */
  add(header: string): void {
    for (const metric of header.split(',')) {
      const [, name, durationMs] = METRIC.exec(metric) ?? [];
      if (name === undefined) continue;
      const phase = this.#sums.get(name) ?? { count: 0, sumMs: 0 };
      phase.count += 1;
      phase.sumMs += Number(durationMs);
      this.#sums.set(name, phase);
    }
  }

  summarise(): Record<string, PhaseSummary> {
    return Object.fromEntries(
      [...this.#sums].map(([name, { count, sumMs }]) => [name, { meanMs: sumMs / count }]),
    );
  }
}
