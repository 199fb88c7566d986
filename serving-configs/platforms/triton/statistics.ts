import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

interface Duration {
  readonly count: number;
  readonly ns: number;
}

/** The part of Triton's statistics extension that is read here. */
interface ModelStatistics {
  readonly model_stats?: readonly {
    readonly name: string;
    readonly execution_count: number;
    readonly inference_stats: Readonly<
      Record<'success' | 'queue' | 'compute_input' | 'compute_infer' | 'compute_output', Duration>
    >;
  }[];
}

const NS_PER_MS = 1e6;

/**
 * Reads `GET /v2/models/M/stats`, which covers successful requests. `success` is a request inside the server, without the HTTP or
 * gRPC front end. The compute time includes copying tensors to and from the backend.
 */
export default ((page, model) => {
  const { model_stats = [] } = JSON.parse(page) as ModelStatistics;
  let [count, requestNs, queueNs, computeNs, computations] = [0, 0, 0, 0, 0];
  for (const { name, execution_count, inference_stats: stats } of model_stats) {
    if (name !== model) continue;
    count += stats.success.count;
    computations += execution_count;
    requestNs += stats.success.ns;
    queueNs += stats.queue.ns;
    computeNs += stats.compute_input.ns + stats.compute_infer.ns + stats.compute_output.ns;
  }
  return {
    count,
    requestMs: requestNs / NS_PER_MS,
    queueMs: queueNs / NS_PER_MS,
    computeMs: computeNs / NS_PER_MS,
    computations,
  };
}) satisfies ReadStatistics;
