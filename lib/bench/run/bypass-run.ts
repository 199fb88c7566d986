import { readFile } from 'node:fs/promises';
import { BenchError } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import type { Measurement } from '../model/measurement.ts';
import { bypassWindowOf } from '../plan/estimate.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedBypassRun } from '../model/record.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import { transportErrorText } from './infer.ts';
import type { RunLoad } from './load-process.ts';
import { seedOf } from './take-measurement.ts';

export interface BypassJob {
  readonly plan: Plan;
  /** A measurement with a bypass run. */
  readonly measurement: Measurement;
  readonly requests: EncodedRequests;
  /** Base URL of the serving, for the protocol of the target. */
  readonly servingUrl: string;
  /** The rate of the measurement through the middleware. */
  readonly ratePerSecond: number;
  readonly runLoad: RunLoad;
}

const failed = (message: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_BYPASS', message, { cause });

/**
 * When this request is answered, nothing of the window is left in the serving's queue. For gRPC a call through the middleware
 * does the same.
 */
const sendOne = async (
  url: string,
  { files, headers }: EncodedRequests,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> => {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { ...headers[0] },
      body: await readFile(files[0] ?? ''),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.arrayBuffer();
  } catch (error) {
    signal.throwIfAborted();
    throw failed(`${url} did not answer: ${transportErrorText(error)}`, error);
  }
  if (response.status !== 200) throw failed(`${url} answered ${response.status}`);
};

const reasonOf = ({ failures, unfinished, durationSeconds }: LoadResult): string => {
  const classes = Object.entries(failures).map(([name, count]) => `${count} × ${name}`);
  return `no correct answer in ${durationSeconds} s: ${[...classes, `${unfinished} unfinished`].join(', ')}`;
};

/**
 * Sends what the middleware sends, byte for byte, straight to the serving: at the level of the measurement, in the same order,
 * with the same load generator, from the middleware's machine. The difference is the cost of the middleware.
 *
 * An answer with status 200, or OK in gRPC, counts as right: its content was checked through the middleware, which can read it.
 *
 * @throws BenchError if it gives no figures; the signal's reason if it was aborted.
 */
export const runBypass = async (
  { plan, measurement, requests, servingUrl, ratePerSecond, runLoad }: BypassJob,
  signal: AbortSignal,
): Promise<CompletedBypassRun> => {
  const window = bypassWindowOf(measurement);
  if (window === undefined) throw new Error(`${measurement.id} has no bypass run`);
  const url = servingUrl + requests.target;
  const { level, timeoutMs, target } = measurement;
  if (target.protocol === 'rest') await sendOne(url, requests, timeoutMs, signal);
  const load = await runLoad(
    {
      url,
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
  if (load.requestRatePerSecond === 0) throw failed(reasonOf(load));
  const { startedAt, durationSeconds, succeeded, unfinished, requestRatePerSecond } = load;
  const { latency, histogram, self } = load;
  return {
    state: 'completed',
    startedAt,
    durationSeconds,
    images: requests.files.length,
    succeeded,
    failed: load.failed,
    failures: load.failures,
    unfinished,
    requestRatePerSecond,
    latency,
    histogram,
    self,
    rateShare: ratePerSecond / requestRatePerSecond,
  };
};
