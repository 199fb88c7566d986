// Measures how fast and how reliably a URL answers images, in a closed loop (N virtual users) or an open loop (planned
// arrivals), with a warm-up and a measuring window. Run it with k6 as the README says, or with `npx serving-compare run
// --load-generator k6`.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { createAnswerCheck } from './answer-check.ts';
import { openBodies, type Body } from './bodies.ts';
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
const writesSamples = __ENV['SAMPLES'] === '1';

export const options = optionsOf(job);

const writeLine = (line: string): void => {
  if (!writesSamples) return;
  metrics.lines.add(1);
  console.log(line);
};

/** Writes when the load starts. The first virtual user does this, before the load. */
const announceStart = (): void => writeLine(startLine(Date.now() - clockMs()));

/** Keeps the virtual user, and so k6, alive until shortly after the window. */
const stay = (): Promise<void> => pause(Math.max(0, endMs + TAIL_MS - clockMs()));

/** Sends a request, and counts and writes how it ended. Returns the error code of k6. */
const send = async (image: number, body: Body, plannedMs?: number): Promise<number> => {
  const ended = await exchange(job.url, body, job.timeoutMs, (text) => isCorrect(text, image));
  const planned = plannedMs ?? ended.sentMs;
  writeLine(sampleLine({ ...ended, user: exec.vu.idInTest - 1, plannedMs: planned, image }));
  count(job, planned, ended);
  return ended.errorCode;
};

/** An iteration of the closed loop: one request. All virtual users start at once. */
export const closed = async (): Promise<void> => {
  const request = exec.scenario.iterationInTest;
  if (request === 0) announceStart();
  if (clockMs() < 0) await waitUntil(0);
  const image = imageOf(request);
  const body = await bodyOf(image);
  if (clockMs() >= endMs) return stay();
  const errorCode = await send(image, body);
  if (isTransportError(errorCode)) await pause(BACK_OFF_MS);
  return undefined;
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
  await stay();
};

/** Prints the figures for people, or writes them as JSON to the file that `SUMMARY` names. */
export const handleSummary = (data: SummaryData): Record<string, string> => {
  const summary = summarise(job, data);
  const file = __ENV['SUMMARY'];
  return file === undefined
    ? { stdout: describeSummary(summary) }
    : { [file]: JSON.stringify(summary) };
};
