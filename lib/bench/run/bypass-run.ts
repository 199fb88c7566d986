import { BenchError } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import type { Measurement } from '../model/measurement.ts';
import type { bypassWindowOf } from '../plan/estimate-duration.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedBypassRun } from '../model/record.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import type { RunLoad } from './load-process.ts';
import { seedOf } from './load-requests.ts';

interface BypassJob {
  readonly plan: Plan;
  readonly measurement: Measurement;
  readonly window: NonNullable<ReturnType<typeof bypassWindowOf>>;
  readonly requests: EncodedRequests;
  /** Base URL of the serving for the protocol of the target. */
  readonly servingUrl: string;
  /** Request rate of the measurement through the middleware. */
  readonly ratePerSecond: number;
  readonly runLoad: RunLoad;
}

const reasonOf = ({ failures, durationSeconds }: LoadResult): string => {
  const classes = Object.entries(failures).map(([name, count]) => `${count} × ${name}`);
  return `no correct answer in ${durationSeconds} s: ${classes.join(', ')}`;
};

/**
 * Sends the requests of the middleware, byte for byte, directly to the serving: at the level of the measurement, in the same
 * order, with the same load generator, from the middleware's machine. The difference is the cost of the middleware.
 *
 * An answer with status 200, or OK in gRPC, counts as correct: the middleware, which can read the answers, has checked them before.
 *
 * @throws BenchError if there is no correct answer; the signal's reason if it was aborted.
 */
export const runBypass = async (
  { plan, measurement, window, requests, servingUrl, ratePerSecond, runLoad }: BypassJob,
  signal: AbortSignal,
): Promise<CompletedBypassRun> => {
  const { level, timeoutMs, target } = measurement;
  const load = await runLoad(
    {
      url: servingUrl + requests.target,
      protocol: target.protocol,
      images: requests.files,
      headers: requests.headers,
      seed: seedOf(plan, measurement),
      level,
      ...window,
      timeoutMs,
      expect: 'status',
    },
    () => undefined,
    signal,
  );
  if (load.requestRatePerSecond === 0) throw new BenchError('BENCH_BYPASS', reasonOf(load));
  const { startedAt, durationSeconds, succeeded, failed, failures } = load;
  const { requestRatePerSecond, latency, histogram, self } = load;
  return {
    state: 'completed',
    startedAt,
    durationSeconds,
    images: requests.files.length,
    succeeded,
    failed,
    failures,
    requestRatePerSecond,
    latency,
    histogram,
    self,
    rateShare: ratePerSecond / requestRatePerSecond,
  };
};
