import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { badRequestOf } from '../stability/bad-request.ts';
import { sendBadly, type Sending, type SentRequest } from '../load/send-badly.ts';
import type { ServingRequest } from '../stability/serving-request.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import { createLoadProcess } from './load-process.ts';
import type { RunningServing } from './serving-process.ts';
import type { ServingProcess } from './serving-processes.ts';

/** What a test of stability works with. */
export interface StabilityTask {
  /** With its rate. */
  readonly measurement: Measurement;
  readonly serving: RunningServing;
  /** Good requests, as the middleware sends them. */
  readonly requests: EncodedRequests;
  /** The file that the first of them was made from. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/** Bad requests as a share of the good ones: enough to harm, too few to be a load. */
const BAD_SHARE = 0.2;
/** They are not sent more often than this; what is costly to read less often. */
const EVERY_MS = 125;
const COSTLY_EVERY_MS = 1000;

/** From one bad request to the next. */
const everyMsOf = ({ level }: Measurement, leastMs: number): number =>
  Math.max(leastMs, level.loop === 'open' ? 1000 / (BAD_SHARE * level.ratePerSecond) : 0);

/** Share of the fault that a slow sender takes for one request. */
const SLOW_SHARE = 0.6;

const BURST_FACTOR = 10;

/** The same answers together, the most frequent first. */
const countAnswers = (sent: readonly SentRequest[]): readonly BadAnswers[] =>
  [...groupBy(sent, ({ answer }) => answer)]
    .map(([answer, own]) => ({
      answer,
      count: own.length,
      medianMs: medianOf(own.map(({ tookMs }) => tookMs)),
    }))
    .toSorted((a, b) => b.count - a.count);

export const firstOf = async ({ requests }: StabilityTask): Promise<ServingRequest> => ({
  path: requests.target,
  headers: requests.headers[0] ?? {},
  body: await readFile(requests.files[0] ?? ''),
});

/** How long an answer may take that was asked for near the end of a fault. */
const LAST_ANSWER_MS = 2000;

/** Sends the same request again and again, each on a connection of its own, straight to the serving. */
const sendRepeatedly = async (
  { serving, measurement, signal }: StabilityTask,
  request: ServingRequest,
  how: Sending,
  leastMs: number,
  overMs: number,
): Promise<readonly BadAnswers[]> => {
  const { protocol } = measurement.target;
  const everyMs = everyMsOf(measurement, leastMs);
  const origin = serving.urls[protocol] ?? '';
  const isHeld = how === 'half-body';
  const over = AbortSignal.any([
    signal,
    AbortSignal.timeout(overMs + (isHeld ? 0 : LAST_ANSWER_MS)),
  ]);
  // A slow sender that begins later would not come to its end.
  const untilMs = performance.now() + overMs * (how === 'slow-sender' ? 1 - SLOW_SHARE : 1);
  const sent: Promise<SentRequest>[] = [];
  while (!over.aborted && performance.now() < untilMs) {
    sent.push(sendBadly(origin, protocol, request, how, overMs * SLOW_SHARE, over));
    await sleep(everyMs, undefined, { signal: over }).catch(() => undefined);
  }
  return countAnswers(await Promise.all(sent));
};

const FIRST_SECONDS = 0.1;

/**
 * Ten times the load, from a load process of its own, straight to the serving. One virtual user goes first, so that the process runs
 * when the burst begins.
 */
const prepareBurst = async (
  { serving, measurement, requests, signal }: StabilityTask,
  durationSeconds: number,
): Promise<() => Promise<readonly BadAnswers[]>> => {
  const { target, level, timeoutMs } = measurement;
  const { protocol } = target;
  const load = createLoadProcess('embedded');
  const send = (sent: Pick<LoadJob, 'level' | 'durationSeconds'>): Promise<LoadResult> => {
    const url = (serving.urls[protocol] ?? '') + requests.target;
    const { files: images, headers } = requests;
    const job = { url, protocol, images, headers, timeoutMs, ...sent } as const;
    return load.run(
      { ...job, seed: 1, warmupSeconds: 0, expect: 'status' },
      () => undefined,
      signal,
    );
  };
  await send({ level: { loop: 'closed', virtualUsers: 1 }, durationSeconds: FIRST_SECONDS });
  return async () => {
    try {
      const ratePerSecond = BURST_FACTOR * offeredLoad(level);
      const burst: Level = { loop: 'open', ratePerSecond, arrivals: 'constant' };
      const result = await send({ level: burst, durationSeconds });
      const { succeeded: right, failures, unsent, latency } = result;
      return Object.entries({ right, ...failures, 'not sent': unsent }).flatMap(([answer, count]) =>
        count > 0
          ? [{ answer, count, medianMs: answer === 'right' ? latency.p50Ms : undefined }]
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
  if (worker === undefined || serving.processes === undefined) {
    throw new BenchError('BENCH_PROCESSES', 'the processes of the serving are out of reach');
  }
  const { pid } = worker;
  await (fault === 'kill-worker'
    ? serving.processes.kill(pid)
    : serving.processes.pause(pid, seconds, signal));
  return [];
};

/** Makes what is needed before the window, so that the fault itself starts on time. */
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
  const good = await firstOf(task);
  const send = (
    request: ServingRequest,
    how: Sending,
    leastMs: number,
  ): Promise<readonly BadAnswers[]> => sendRepeatedly(task, request, how, leastMs, partMs);
  if (isConnectionFault(fault)) return () => send(good, fault, EVERY_MS);
  const bad = await badRequestOf(fault, measurement.target, good, await readFile(task.image));
  return () => send(bad, 'whole', fault === 'image-100-megapixels' ? COSTLY_EVERY_MS : EVERY_MS);
};
