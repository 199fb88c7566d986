// How fast, and how reliably, does a URL answer images? A closed loop (N virtual users) or an open one (planned arrivals),
// with a warm-up and a measuring window. Run it with plain k6 as the README says, or let `bench run --load-engine k6` do it.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { createAnswerCheck } from './answer-check.ts';
import { openBodies } from './bodies.ts';
import { clockMs, sleepUntil } from './clock.ts';
import { exchange, isTransportError } from './exchange.ts';
import { describeSummary, metrics, summarise, type SummaryData } from './figures.ts';
import { createOrderReader, tabulateOrder } from './image-order.ts';
import { readJob } from './job.ts';
import { arrivalsOf, tabulatedRequests, usersOf, windowOf } from './load-plan.ts';
import { optionsOf } from './options.ts';
import { sampleLine, startLine, unsentLine } from './sample-lines.ts';

/** A virtual user whose connection was refused or broke waits, or it would ask a dead server without end. */
const BACK_OFF_MS = 50;

const job = readJob(__ENV, open);
const { startMs, endMs } = windowOf(job);
const arrivals = new SharedArray('arrivals', () => arrivalsOf(job));
const imageOf = createOrderReader(
  new SharedArray('images', () =>
    tabulateOrder(job.images.length, job.seed, tabulatedRequests(job, arrivals.length)),
  ),
);
const isRight = createAnswerCheck(job.expect);
const bodyOf = await openBodies(job.images, usersOf(job, arrivals.length));
const writesSamples = __ENV['SAMPLES'] === '1';

export const options = optionsOf(job, arrivals.length);

const writeLine = (line: string): void => {
  if (!writesSamples) return;
  metrics.lines.add(1);
  console.log(line);
};

const isInside = (timeMs: number): boolean => timeMs >= startMs && timeMs < endMs;

/** Sends one request; `plannedMs` where it had a planned time. Returns the error code of k6. */
const send = async (image: number, deadlineMs: number, plannedMs?: number): Promise<number> => {
  const body = await bodyOf(image);
  if (plannedMs !== undefined) sleepUntil(plannedMs);
  const sentMs = clockMs();
  const untilDeadlineMs = deadlineMs - sentMs;
  if (untilDeadlineMs <= 0) return 0;
  const ended = exchange(job.url, body, Math.min(job.timeoutMs, untilDeadlineMs), (text) =>
    isRight(text, image),
  );
  // A closed loop stops at the end of its window: what is in flight then is no failure, but unfinished.
  const unfinished = isTransportError(ended.errorCode) && ended.doneMs >= deadlineMs;
  const from = plannedMs ?? sentMs;
  writeLine(
    sampleLine({
      ...ended,
      plannedMs: from,
      sentMs,
      doneMs: unfinished ? undefined : ended.doneMs,
      image,
    }),
  );
  if (!unfinished) count(from, ended.doneMs, plannedMs === undefined, ended.right);
  return ended.errorCode;
};

/** As the embedded engine: a closed loop counts by the end of a request, an open one by its planned time. */
const count = (plannedMs: number, doneMs: number, isClosed: boolean, right: boolean): void => {
  if (right && isInside(doneMs)) metrics.succeededInside.add(1);
  if (!isInside(isClosed ? doneMs : plannedMs)) return;
  metrics.failed.add(!right);
  if (right) metrics.latency.add(doneMs - plannedMs);
};

/** The first iteration of the run says when its load begins. */
const announce = (iteration: number): void => {
  if (iteration === 0) writeLine(startLine(Date.now() - clockMs()));
};

/** An iteration of the closed loop. All virtual users begin at once. */
export const closed = async (): Promise<void> => {
  const iteration = exec.scenario.iterationInTest;
  announce(iteration);
  sleepUntil(0);
  const errorCode = await send(imageOf(iteration), endMs);
  if (isTransportError(errorCode)) sleepUntil(Math.min(clockMs() + BACK_OFF_MS, endMs));
};

/**
 * An iteration of the open loop: one arrival. A virtual user that takes it after its time shows that all were busy then,
 * so it is not sent: a queue in the generator would be measured as the server's.
 */
export const planned = async (): Promise<void> => {
  const iteration = exec.scenario.iterationInTest;
  announce(iteration);
  const plannedMs = arrivals[iteration];
  if (plannedMs === undefined) return;
  const image = imageOf(iteration);
  if (clockMs() > plannedMs) {
    writeLine(unsentLine(plannedMs, image));
    if (isInside(plannedMs)) metrics.unsent.add(1);
    return;
  }
  await send(image, Infinity, plannedMs);
};

/** Writes the figures for people, and for programs into the file that `SUMMARY` names. */
export const handleSummary = (data: SummaryData): Record<string, string> => {
  const summary = summarise(job, data);
  const file = __ENV['SUMMARY'];
  return file === undefined
    ? { stdout: describeSummary(summary) }
    : { [file]: JSON.stringify(summary) };
};
