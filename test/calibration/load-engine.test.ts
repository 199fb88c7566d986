// The calibration: a serving whose latencies, failures and stalls are known is measured by the real load process, and the
// figures must be the known ones within 2 %, or within the sampling error where that is larger (`bounds.ts`).
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import { shareBounds, type Bounds } from './bounds.ts';
import { decodeHistogram } from '../support/decode-histogram.ts';
import { bimodal, constant, exponential } from './known-latency.ts';
import type { KnownLatency } from './known-latency.ts';
import {
  closedRate,
  greatestDelayMs,
  latencyFigures,
  measureServing,
  outside,
  SECONDS,
  usualDelayMs,
  type Checked,
  type Job,
  type Measured,
} from './measured-serving.ts';

jest.setTimeout(120_000);

/** What the delay engine says about every image, as a single-precision number. */
const RIGHT_ANSWER = { pointer: '/tabby', values: [Math.fround(0.9)] };

const expectWithin = (figures: Readonly<Record<string, Checked>>): void =>
  expect(outside(figures)).toEqual({});

/** Requests that may be answered late, since the machine was busy: behind the window, or in it and not before. */
const lateRequests = (measured: Measured, ratePerSecond: number): number =>
  (greatestDelayMs(measured) / 1000) * ratePerSecond;

/** A rate of answers; those that are late count at the other end of the window. */
const answered = (
  measured: Measured,
  ratePerSecond: number,
  [least, greatest]: Bounds,
): Checked => {
  const slack = lateRequests(measured, ratePerSecond) / SECONDS;
  return [measured.requestRatePerSecond, [least - slack, greatest + slack]];
};

const SLOW_MS = 200;

/** Answers that took longer, read off the histogram rank by rank. */
const slow = ({ histogram }: LoadResult, ms = SLOW_MS): number => {
  const decoded = decodeHistogram(histogram);
  const count = decoded.totalCount;
  let answers = 0;
  while (
    answers < count &&
    decoded.getValueAtPercentile((100 * (count - answers - 0.5)) / count) > ms * 1000
  ) {
    answers += 1;
  }
  return answers;
};

const closed = (virtualUsers: number): Job['level'] => ({ loop: 'closed', virtualUsers });
const open = (ratePerSecond: number, arrivals: 'constant' | 'poisson'): Job['level'] => ({
  loop: 'open',
  ratePerSecond,
  arrivals,
});

// Where the sampling error is nothing, as at a constant latency and in the middle of one mode of two, the latencies are
// long: 2 % of them must hold the hiccups of a machine that others share.
describe('A closed loop gives the known latency and N ÷ mean latency as its rate', () => {
  it.each<[string, KnownLatency, number]>([
    ['constant', constant(500), 4],
    ['exponential', exponential(40), 20],
    ['bimodal', bimodal(400, 1200, 0.2), 40],
  ])('%s', async (_name, known, virtualUsers) => {
    const result = await measureServing(
      { latency: known.options },
      { level: closed(virtualUsers) },
    );
    expect(result.failures).toEqual({});
    expectWithin({
      ...latencyFigures(result, known),
      rate: closedRate(result, known, virtualUsers),
    });
  });
});

describe('An open loop gives the known latency at the rate that was asked for', () => {
  it('at equal gaps', async () => {
    const known = constant(500);
    const result = await measureServing(
      { latency: known.options },
      // Longer than the ramp and a latency: the answers of the first second belong to requests planned before it.
      { level: open(100, 'constant'), warmupSeconds: 1.2 },
    );
    expect(result).toMatchObject({ failures: {}, unsent: 0, unfinished: 0, offered: 400 });
    expectWithin({
      ...latencyFigures(result, known),
      rate: answered(result, 100, [98, 102]),
    });
  });

  it.each<[string, KnownLatency, number]>([
    ['exponential', exponential(40), 150],
    ['bimodal', bimodal(400, 1200, 0.2), 100],
  ])('as a Poisson process, %s', async (_name, known, ratePerSecond) => {
    const result = await measureServing(
      { latency: known.options },
      { level: open(ratePerSecond, 'poisson') },
    );
    expect(result).toMatchObject({ failures: {}, unsent: 0, unfinished: 0 });
    const slack = 4 * Math.sqrt(ratePerSecond / SECONDS);
    const rateBounds: Bounds = [ratePerSecond - slack, ratePerSecond + slack];
    expectWithin({
      ...latencyFigures(result, known),
      offered: [result.offered / SECONDS, rateBounds],
      rate: answered(result, ratePerSecond, rateBounds),
    });
    expect(result.succeeded).toBe(result.offered);
  });
});

const errorsAndBrokenAnswers = {
  latency: constant(40).options,
  failureShare: 0.1,
  failure: 'overloaded',
  faults: { reset: 0.04, halfBody: 0.06, wrongShape: 0.05, nan: 0.07 },
};
const sharesOfErrors = { 'http-503': 0.1, reset: 0.1, 'wrong-answer': 0.12 };
const tenthTooLate = { latency: bimodal(40, 5000, 0.1).options };

describe('Failures have their known share, each in its class', () => {
  it.each<[string, object, Job, Record<string, number>]>([
    [
      'errors and broken answers in an open loop',
      errorsAndBrokenAnswers,
      { level: open(250, 'poisson') },
      sharesOfErrors,
    ],
    [
      'errors and broken answers in a closed loop',
      errorsAndBrokenAnswers,
      { level: closed(10) },
      sharesOfErrors,
    ],
    [
      'answers that come too late in an open loop',
      tenthTooLate,
      { level: open(250, 'poisson'), timeoutMs: 1000 },
      { timeout: 0.1 },
    ],
    [
      'answers that come too late in a closed loop',
      tenthTooLate,
      { level: closed(10), timeoutMs: 1000 },
      { timeout: 0.1 },
    ],
  ])('%s', async (_name, options, job, shares) => {
    const result = await measureServing(options, { expect: RIGHT_ANSWER, ...job });
    const count = result.succeeded + result.failed;
    // A closed loop counts what was answered in the window: up to one request a user was sent before, or is still open.
    const users = job.level.loop === 'closed' ? job.level.virtualUsers : 0;
    expect(Math.abs(count - result.offered)).toBeLessThanOrEqual(users);
    expect(new Set(Object.keys(result.failures))).toEqual(new Set(Object.keys(shares)));
    expectWithin({
      ...Object.fromEntries(
        Object.entries(shares).map(([failure, share]) => [
          failure,
          [
            (result.failures[failure as keyof typeof result.failures] ?? 0) / count,
            shareBounds(share, count),
          ],
        ]),
      ),
      all: [
        result.failedShare,
        shareBounds(
          Object.values(shares).reduce((sum, share) => sum + share),
          count,
        ),
      ],
    });
  });
});

describe('A stall of 500 ms', () => {
  // Both loops offer 100 requests a second to a serving that takes 20 ms. When it stands still for half a second, about
  // 50 requests are due meanwhile. The open loop has planned and sent them, and each shows what it waited. In the closed
  // loop the two users wait with one request each, and the other 48 are never sent: the load waits with the server, so
  // 2 slow answers stand against about 350 fast ones, too few for the p99 to see ("coordinated omission").
  const stalled = { latency: constant(20).options, stalls: [{ afterRequests: 150, ms: 500 }] };
  it('is in the p99 of an open loop', async () => {
    const result = await measureServing(stalled, { level: open(100, 'constant') });
    expect(result.latency.p99Ms).toBeGreaterThan(450);
    expect(result.latency.p99Ms).toBeLessThan(550 + greatestDelayMs(result));
    expect(result.latency.p50Ms).toBeLessThan(30 + usualDelayMs(result));
    // Those planned in the first 320 of the 500 ms take more than 200 ms, the 20 ms of the serving included.
    expect(slow(result)).toBeGreaterThanOrEqual(28);
    expect(slow(result)).toBeLessThanOrEqual(36 + lateRequests(result, 100));
  });

  it('is seen by no more than N requests of a closed loop, and not by its p99', async () => {
    const result = await measureServing(stalled, { level: closed(2) });
    expect(slow(result)).toBeGreaterThanOrEqual(2);
    expect(slow(result, SLOW_MS + greatestDelayMs(result))).toBeLessThanOrEqual(2);
    expect(result.latency.maxMs).toBeGreaterThan(450);
    expect(result.latency.p99Ms).toBeLessThan(100 + greatestDelayMs(result));
  });
});
