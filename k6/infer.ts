// Measures how fast and how reliably a URL answers images, in a closed loop (N virtual users) or an open loop (planned
// arrivals), with a warm-up and a measuring window. Run it with k6 as the README says, or with `npx serving-compare run
// --load-generator k6`.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import { createAnswerCheck } from './answer-check.ts';
import { openBodies, type RequestBody } from './bodies.ts';
import { clockMs, pause, waitUntil } from './clock.ts';
import { exchange, isTransportError } from './exchange.ts';
import { count, countUnsent, describeSummary, metrics, summarise } from './figures.ts';
import type { SummaryData } from './figures.ts';
import { createOrderReader, tabulateOrder } from './image-order.ts';
import { readJob } from './job.ts';
import {
  arrivalsOf,
  BACK_OFF_MS,
  MAX_IN_FLIGHT,
  TAIL_MS,
  tabulatedRequests,
  usersOf,
  windowOf,
} from './load-plan.ts';
import { optionsOf } from './options.ts';
import { sampleLine, startLine, unsentLine } from './sample-lines.ts';

const job = readJob(__ENV, open);
const { endMs } = windowOf(job);
const arrivals = new SharedArray('arrivals', () => arrivalsOf(job));
const imageCount = job.method === 'GET' ? 1 : job.images.length;
const imageOf = createOrderReader(
  new SharedArray('images', () =>
    tabulateOrder(imageCount, job.seed, tabulatedRequests(job, arrivals.length)),
  ),
);
const isCorrect = createAnswerCheck(job.expect);
const users = usersOf(job);
const bodyOf = await openBodies(job, users);
/** How long a virtual user goes on sending before it asks again for the end of a window that has not begun. */
const ASK_AGAIN_MS = 100;
const writesSamples = __ENV['SAMPLES'] === '1';

export const options = optionsOf(job);

const writeLine = (line: string): void => {
  if (!writesSamples) return;
  metrics.lines.add(1);
  console.log(line);
};

/** Writes when the load starts. The first virtual user does this, before the load. */
const announceStart = (): void => writeLine(startLine(Date.now() - clockMs()));

/**
 * When a virtual user of a closed loop may stop. Usually at the planned end of the window; later if some user waited for its first answer,
 * which only the reader of the samples knows. It is asked after the planned end, so the requests that ask disturb no usual window.
 */
const readEndMs = async (): Promise<number> => {
  const url = __ENV['WINDOW_END_URL'];
  if (url === undefined) return endMs;
  const { body } = await http.asyncRequest('GET', url, null, { responseType: 'text' });
  return body === '' ? clockMs() + ASK_AGAIN_MS : Number(body);
};

/** Keeps the virtual user, and so k6, alive until shortly after the window. */
const stay = (untilMs: number): Promise<void> => pause(Math.max(0, untilMs + TAIL_MS - clockMs()));

/** Sends a request, and counts and writes how it ended. Returns the error code of k6. */
const send = async (image: number, body: RequestBody, plannedMs?: number): Promise<number> => {
  const ended = await exchange(job.url, body, job.timeoutMs, (text) => isCorrect(text, image));
  const planned = plannedMs ?? ended.sentMs;
  writeLine(sampleLine({ ...ended, user: exec.vu.idInTest - 1, plannedMs: planned, image }));
  count(job, planned, ended);
  return ended.errorCode;
};

/**
 * The only iteration of a virtual user in the closed loop: it sends its next request as soon as it has the answer to the last one. All
 * virtual users start at once.
 */
export const closed = async (): Promise<void> => {
  const user = exec.vu.idInTest - 1;
  if (user === 0) announceStart();
  let stopMs = endMs;
  for (let request = user; ; request += users) {
    const image = imageOf(request);
    const body = await bodyOf(image);
    if (request === user) await waitUntil(0);
    if (clockMs() >= stopMs) stopMs = await readEndMs();
    if (clockMs() >= stopMs) break;
    const errorCode = await send(image, body);
    if (isTransportError(errorCode)) await pause(BACK_OFF_MS);
  }
  await stay(stopMs);
};

/**
 * The only iteration of a virtual user in the open loop. It sends its share of the arrivals, each at its planned time on a free
 * connection, however late the answers are. With too many requests in flight, an arrival is not sent. It is not queued, because a
 * queue in the load generator would look like one in the server.
 */
export const planned = async (): Promise<void> => {
  const user = exec.vu.idInTest - 1;
  if (user === 0) announceStart();
  const inFlight = new Set<Promise<unknown>>();
  for (let request = user; request < arrivals.length; request += users) {
    const plannedMs = arrivals[request] ?? endMs;
    const image = imageOf(request);
    const body = await bodyOf(image);
    await waitUntil(plannedMs);
    if (inFlight.size >= MAX_IN_FLIGHT / users) {
      writeLine(unsentLine(plannedMs, image));
      countUnsent(job, plannedMs);
      continue;
    }
    const sending = send(image, body, plannedMs).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
  }
  await Promise.all(inFlight);
  await stay(endMs);
};

/** Prints the figures for people, or writes them as JSON to the file that `SUMMARY` names. */
export const handleSummary = (data: SummaryData): Record<string, string> => {
  const summary = summarise(job, data);
  const file = __ENV['SUMMARY'];
  return file === undefined
    ? { stdout: describeSummary(summary) }
    : { [file]: JSON.stringify(summary) };
};
