import type { FailureClass } from '../model/load-result.ts';
import type { PartFigures } from '../model/stability.ts';

/** A good request of a test; times in milliseconds from the start of the load. */
export interface TestSample {
  readonly plannedMs: number;
  /** End of the exchange; infinite if it had none. */
  readonly doneMs: number;
  /** From the planned time to the end of the answer; undefined without a correct answer. */
  readonly latencyMs: number | undefined;
  /** Undefined for a correct answer. */
  readonly failure: FailureClass | undefined;
}

/** The nearest rank; undefined without values. */
const percentileOf = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];

/** The requests that were planned in a stretch of time. */
export const partOf = (
  samples: readonly TestSample[],
  fromMs: number,
  toMs: number,
): PartFigures => {
  const own = samples.filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < toMs);
  const failures: Partial<Record<FailureClass, number>> = {};
  for (const { failure } of own) {
    if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
  }
  const latencies = own.flatMap(({ latencyMs }) => latencyMs ?? []).toSorted((a, b) => a - b);
  return {
    requests: own.length,
    failed: own.length - latencies.length,
    failures,
    p50Ms: percentileOf(latencies, 0.5),
    p99Ms: percentileOf(latencies, 0.99),
  };
};

/** What was under way at a time counts as planned then. */
export const movedTo = (samples: readonly TestSample[], timeMs: number): readonly TestSample[] =>
  samples.map((sample) =>
    sample.plannedMs < timeMs && sample.doneMs > timeMs ? { ...sample, plannedMs: timeMs } : sample,
  );

/** A stretch of time in slices of equal length. */
export const slicesOf = (
  samples: readonly TestSample[],
  fromMs: number,
  toMs: number,
  sliceMs: number,
): readonly PartFigures[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / sliceMs) }, (_, at) =>
    partOf(samples, fromMs + at * sliceMs, Math.min(toMs, fromMs + (at + 1) * sliceMs)),
  );

/**
 * Processes that are gone. One that the fault killed itself is none of them if another has come in its place.
 *
 * @param before by their pids
 */
export const countLost = (
  before: readonly number[],
  after: readonly number[],
  killed?: number,
): number => {
  const isReplaced = after.some((pid) => !before.includes(pid));
  return before.filter((pid) => !after.includes(pid) && !(pid === killed && isReplaced)).length;
};
