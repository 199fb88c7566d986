import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

interface Duration {
  readonly count: number;
  readonly ns: number;
}

/** As Triton's statistics extension has it, of which only what is read here. */
interface ModelStatistics {
  readonly model_stats?: readonly {
    readonly name: string;
    readonly inference_stats: Readonly<
      Record<'success' | 'queue' | 'compute_input' | 'compute_infer' | 'compute_output', Duration>
    >;
  }[];
}

const NS_PER_MS = 1e6;

/**
 * `GET /v2/models/M/stats`: requests that succeeded, and their times. `success` is a whole request inside the server, without the
 * reading and writing of HTTP and gRPC; to compute belongs what copies tensors into and out of the backend.
 */
export default ((page, model) => {
  const { model_stats = [] } = JSON.parse(page) as ModelStatistics;
  let [count, requestNs, queueNs, computeNs] = [0, 0, 0, 0];
  for (const { name, inference_stats: one } of model_stats) {
    if (name !== model) continue;
    count += one.success.count;
    requestNs += one.success.ns;
    queueNs += one.queue.ns;
    computeNs += one.compute_input.ns + one.compute_infer.ns + one.compute_output.ns;
  }
  return {
    count,
    requestMs: requestNs / NS_PER_MS,
    queueMs: queueNs / NS_PER_MS,
    computeMs: computeNs / NS_PER_MS,
  };
}) satisfies ReadStatistics;
