import type { FailureClass } from '../model/load-result.ts';
import type { PartFigures } from '../model/stability.ts';

/** A good request of a stability test. Times are in milliseconds since the start of the load. */
export interface TestSample {
  readonly plannedMs: number;
  /** End of the exchange; infinite if the request was not sent. */
  readonly doneMs: number;
  /** From the planned time to the end of the answer; undefined without a correct answer. */
  readonly latencyMs: number | undefined;
  /** Undefined for a correct answer. */
  readonly failure: FailureClass | undefined;
}

/** The percentile by nearest rank; undefined without values. */
const percentileOf = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];

/** The figures of the requests that were planned in a period. */
export const partOf = (
  samples: readonly TestSample[],
  fromMs: number,
  toMs: number,
): PartFigures => {
  const planned = samples.filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < toMs);
  const failures: Partial<Record<FailureClass, number>> = {};
  for (const { failure } of planned) {
    if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
  }
  const latencies = planned.flatMap(({ latencyMs }) => latencyMs ?? []).toSorted((a, b) => a - b);
  return {
    requests: planned.length,
    failed: planned.length - latencies.length,
    failures,
    p50Ms: percentileOf(latencies, 0.5),
    p99Ms: percentileOf(latencies, 0.99),
  };
};

/** Counts requests that were in flight at a time as planned at that time. */
export const movedTo = (samples: readonly TestSample[], timeMs: number): readonly TestSample[] =>
  samples.map((sample) =>
    sample.plannedMs < timeMs && sample.doneMs > timeMs ? { ...sample, plannedMs: timeMs } : sample,
  );

/** The figures of a period in slices of equal length; the last may be shorter. */
export const slicesOf = (
  samples: readonly TestSample[],
  fromMs: number,
  toMs: number,
  sliceMs: number,
): readonly PartFigures[] =>
  Array.from({ length: Math.ceil((toMs - fromMs) / sliceMs) }, (_, at) =>
    partOf(samples, fromMs + at * sliceMs, Math.min(toMs, fromMs + (at + 1) * sliceMs)),
  );
