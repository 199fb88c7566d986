import type { FailureClass } from '../model/load-result.ts';
import type { PartFigures } from '../model/stability.ts';

/** A good request of a test; times in milliseconds from the start of the load. */
export interface TestSample {
  readonly plannedMs: number;
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
  const [p50Ms, p99Ms] = [percentileOf(latencies, 0.5), percentileOf(latencies, 0.99)];
  return {
    requests: own.length,
    failed: own.length - latencies.length,
    failures,
    ...(p50Ms === undefined || p99Ms === undefined ? {} : { p50Ms, p99Ms }),
  };
};

/** A request is as before if it takes at most this multiple of the p99 before. */
const LATE_FACTOR = 2;

/**
 * From the end of a fault until good requests are answered as before: until behind the last one that failed or was late. Undefined
 * if the last one of the window was.
 */
export const recoverySeconds = (
  samples: readonly TestSample[],
  fromMs: number,
  toMs: number,
  { p99Ms = Infinity }: PartFigures,
): number | undefined => {
  const own = samples
    .filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < toMs)
    .toSorted((a, b) => a.plannedMs - b.plannedMs);
  const last = own.findLastIndex(({ latencyMs = Infinity }) => latencyMs > LATE_FACTOR * p99Ms);
  if (last === -1) return 0;
  const next = own[last + 1];
  return next === undefined ? undefined : (next.plannedMs - fromMs) / 1000;
};
