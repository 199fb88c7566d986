import { readFile } from 'node:fs/promises';
import { BenchError } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import type { Measurement } from '../model/measurement.ts';
import { bypassWindowOf } from '../plan/bypass-window.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedBypassRun } from '../model/record.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import { transportErrorText } from './infer.ts';
import type { RunLoad } from './load-process.ts';
import { seedOf } from './take-measurement.ts';

export interface BypassJob {
  readonly plan: Plan;
  /** One with a bypass run. */
  readonly measurement: Measurement;
  readonly requests: EncodedRequests;
  /** Base URL of the serving, for the protocol of the target. */
  readonly servingUrl: string;
  /** What the measurement gave through the middleware, in correct answers per second. */
  readonly ratePerSecond: number;
  readonly runLoad: RunLoad;
}

const failed = (message: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_BYPASS', message, { cause });

/**
 * What the window left in the serving's queue comes first; when this one is answered, the queue is empty. A gRPC call is
 * not sent from here: there one through the middleware does the same.
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
 * Sends what the middleware sends to the serving, byte for byte, straight to it: at the level of the measurement, in the same
 * order, by the same load generator, from the machine of the middleware. The difference to the measurement is what the middleware
 * costs.
 *
 * An answer counts as right by its status, 200 or the OK of gRPC: what it says was checked through the middleware, whose codec can read it.
 *
 * @throws BenchError where it gives no figures; the signal's reason where it was aborted.
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
