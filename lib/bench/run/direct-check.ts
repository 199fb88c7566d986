import { readFile } from 'node:fs/promises';
import { BenchError } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import type { Cell } from '../model/cell.ts';
import { directWindowOf } from '../plan/direct-window.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedDirectCheck } from '../model/record.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import { transportErrorText } from './infer.ts';
import { runLoad } from './load-process.ts';
import { seedOf } from './measure-cell.ts';

export interface DirectJob {
  readonly plan: Plan;
  /** One with a direct check. */
  readonly cell: Cell;
  readonly requests: EncodedRequests;
  /** Base URL of the serving, of the protocol of the path. */
  readonly servingUrl: string;
  /** What the cell gave through the middleware, in right answers a second. */
  readonly ratePerSecond: number;
}

const failed = (message: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_DIRECT_CHECK', message, { cause });

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
  return `no right answer in ${durationSeconds} s: ${[...classes, `${unfinished} unfinished`].join(', ')}`;
};

/**
 * Sends what the middleware sends to the serving, byte for byte, straight to it: at the level of the cell, in the same
 * order, by the same load engine, from the machine of the middleware. The difference to the cell is what the middleware
 * costs.
 *
 * An answer counts as right by its status, 200 or the OK of gRPC: what it says was checked through the middleware, whose codec can read it.
 *
 * @throws BenchError where it gives no figures; the signal's reason where it was aborted.
 */
export const checkDirectly = async (
  { plan, cell, requests, servingUrl, ratePerSecond }: DirectJob,
  signal: AbortSignal,
): Promise<CompletedDirectCheck> => {
  const window = directWindowOf(cell);
  if (window === undefined) throw new Error(`${cell.id} has no direct check`);
  const url = servingUrl + requests.target;
  const { level, timeoutMs, path } = cell;
  if (path.protocol === 'rest') await sendOne(url, requests, timeoutMs, signal);
  const load = await runLoad(
    {
      url,
      protocol: path.protocol,
      images: requests.files,
      headers: requests.headers,
      seed: seedOf(plan, cell),
      level,
      ...window,
      timeoutMs,
      expect: 'status',
    },
    () => undefined,
    signal,
    plan.options.loadEngine,
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
