import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { groupBy } from '../analysis/group-by.ts';
import { medianOf } from '../stats/moments.ts';
import { BenchError } from '../model/errors.ts';
import {
  isConnectionFault,
  isProcessFault,
  type Fault,
  type ProcessFault,
} from '../model/fault.ts';
import type { LoadJob } from '../load/job.ts';
import type { LoadResult } from '../model/load-result.ts';
import { offeredLoad, type Level, type Measurement } from '../model/measurement.ts';
import type { BadAnswers } from '../model/stability.ts';
import { badRequestOf, type ServableRequest } from '../stability/bad-request.ts';
import { sendBadly, type Sending, type SentRequest } from '../load/send-badly.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import { createLoadProcess } from './load-process.ts';
import type { RunningServing } from './servings/runtime.ts';
import { disturb, type ServingProcess } from './servings/processes.ts';

/** A stability measurement and what it works with. */
export interface StabilityTask {
  /** Its level is the request rate of the good requests. */
  readonly measurement: Measurement;
  readonly serving: RunningServing;
  /** Good requests, as the middleware sends them. */
  readonly requests: EncodedRequests;
  /** Path of the image, or of the input, of the first good request. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/** Bad requests as a share of the good ones: enough to do harm, too few to add load. */
const BAD_SHARE = 0.2;
/** Shortest time between two bad requests. */
const MIN_INTERVAL_MS = 125;
/** The same for requests that are costly to decode. */
const COSTLY_LEAST_INTERVAL_MS = 1000;

const badIntervalMs = ({ level }: Measurement, minMs: number): number =>
  Math.max(minMs, level.loop === 'open' ? 1000 / (BAD_SHARE * level.ratePerSecond) : 0);

/** Time that a slow sender takes for one request, as a share of the fault. */
const SLOW_SHARE = 0.6;

const BURST_FACTOR = 10;

/** Counts equal answers, the most frequent first. */
const countAnswers = (sent: readonly SentRequest[]): readonly BadAnswers[] =>
  [...groupBy(sent, ({ answer }) => answer)]
    .map(([answer, requests]) => ({
      answer,
      count: requests.length,
      medianMs: medianOf(requests.map(({ tookMs }) => tookMs)),
    }))
    .toSorted((a, b) => b.count - a.count);

/** The first good request. */
export const goodRequestOf = async ({ requests }: StabilityTask): Promise<ServableRequest> => ({
  path: requests.target,
  headers: requests.headers[0] ?? {},
  body: await readFile(requests.files[0] ?? ''),
});

/** Time for the answers to requests that were sent near the end of a fault. */
const LAST_ANSWER_MS = 2000;

/** Sends the same request repeatedly and directly to the serving, each time on a new connection. */
const sendRepeatedly = async (
  { serving, measurement, signal }: StabilityTask,
  request: ServableRequest,
  how: Sending,
  minIntervalMs: number,
  faultMs: number,
): Promise<readonly BadAnswers[]> => {
  const { protocol } = measurement.target;
  const intervalMs = badIntervalMs(measurement, minIntervalMs);
  const target = { protocol, origin: serving.urls[protocol] ?? '', caFile: serving.caFile };
  // Half a body is never answered; its connection stays open until the fault is over.
  const lastAnswerMs = how === 'half-body' ? 0 : LAST_ANSWER_MS;
  // A slow sender that started later could not finish.
  const untilMs = performance.now() + faultMs * (how === 'slow-sender' ? 1 - SLOW_SHARE : 1);
  return withTimeLimit(faultMs + lastAnswerMs, signal, async (over) => {
    const sent: Promise<SentRequest>[] = [];
    while (!over.aborted && performance.now() < untilMs) {
      sent.push(sendBadly(target, request, how, faultMs * SLOW_SHARE, over));
      await sleep(intervalMs, undefined, { signal: over }).catch(() => undefined);
    }
    return countAnswers(await Promise.all(sent));
  });
};

const START_SECONDS = 0.1;

/**
 * Starts a second load process and returns a function that makes it send ten times the load directly to the serving. One virtual
 * user runs briefly first, so that the process is ready when the burst begins.
 */
const prepareBurst = async (
  { serving, measurement, requests, signal }: StabilityTask,
  durationSeconds: number,
): Promise<() => Promise<readonly BadAnswers[]>> => {
  const { target, level, timeoutMs } = measurement;
  const { protocol } = target;
  const load = createLoadProcess('embedded');
  const send = (part: Pick<LoadJob, 'level' | 'durationSeconds'>): Promise<LoadResult> => {
    const url = (serving.urls[protocol] ?? '') + requests.target;
    const { files: images, headers } = requests;
    const { caFile } = serving;
    const job = { url, protocol, caFile, images, headers, timeoutMs, ...part } as const;
    return load.run(
      { ...job, seed: 1, warmupSeconds: 0, expect: 'status' },
      () => undefined,
      signal,
    );
  };
  await send({ level: { loop: 'closed', virtualUsers: 1 }, durationSeconds: START_SECONDS });
  return async () => {
    try {
      const ratePerSecond = BURST_FACTOR * offeredLoad(level);
      const burst: Level = { loop: 'open', ratePerSecond, arrivals: 'constant' };
      const result = await send({ level: burst, durationSeconds });
      const { succeeded: correct, failures, unsent, latency } = result;
      return Object.entries({ correct, ...failures, 'not sent': unsent }).flatMap(
        ([answer, count]) =>
          count > 0
            ? [{ answer, count, medianMs: answer === 'correct' ? latency.p50Ms : undefined }]
            : [],
      );
    } finally {
      await load.stop();
    }
  };
};

const disturbProcess = async (
  { serving, signal }: StabilityTask,
  fault: ProcessFault,
  worker: ServingProcess | undefined,
  seconds: number,
): Promise<readonly BadAnswers[]> => {
  if (worker === undefined || serving.place !== 'local') {
    throw new BenchError('BENCH_PROCESSES', 'the processes of the serving cannot be reached');
  }
  await disturb[fault](serving.processes, worker.pid, seconds, signal);
  return [];
};

/**
 * Prepares a fault before the window, so that it starts on time.
 *
 * @returns a function that injects the fault; `worker` is the process that it kills or pauses
 */
export const prepareFault = async (
  task: StabilityTask,
  fault: Fault,
  partSeconds: number,
): Promise<(worker: ServingProcess | undefined) => Promise<readonly BadAnswers[]>> => {
  const { measurement } = task;
  const partMs = partSeconds * 1000;
  if (fault === 'nothing') return async () => [];
  if (fault === 'burst') return prepareBurst(task, partSeconds);
  if (isProcessFault(fault)) {
    return (worker) => disturbProcess(task, fault, worker, partSeconds);
  }
  const good = await goodRequestOf(task);
  if (isConnectionFault(fault)) {
    return () => sendRepeatedly(task, good, fault, MIN_INTERVAL_MS, partMs);
  }
  const bad = await badRequestOf(fault, measurement.target, good, await readFile(task.image));
  const intervalMs = fault === 'image-100-megapixels' ? COSTLY_LEAST_INTERVAL_MS : MIN_INTERVAL_MS;
  return () => sendRepeatedly(task, bad, 'whole', intervalMs, partMs);
};
