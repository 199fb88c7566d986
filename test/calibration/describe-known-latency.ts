// A real load process measures a serving of known latencies and failures. Its figures must match them within 2 %, or within the
// sampling error if that is larger.
import type { LoadProgram } from '../lib/bench/load/load-process.ts';
import {
  bimodal,
  constant,
  exponential,
  shareBounds,
  type Bounds,
  type KnownLatency,
} from './known-latency.ts';
import {
  closedRate,
  lateRequests,
  latencyFigures,
  measureServing,
  outside,
  SECONDS,
  type Checked,
  type Job,
  type Measured,
} from './measured-serving.ts';

/** The answer of the delay engine to every image, as a single-precision number. */
const RIGHT_ANSWER = { pointer: '/tabby', values: [Math.fround(0.9)] };

export const closed = (virtualUsers: number): Job['level'] => ({ loop: 'closed', virtualUsers });

export const open = (ratePerSecond: number, arrivals: 'constant' | 'poisson'): Job['level'] => ({
  loop: 'open',
  ratePerSecond,
  arrivals,
});

const expectWithin = (figures: Readonly<Record<string, Checked>>): void =>
  expect(outside(figures)).toEqual({});

/** The rate of answers. Late answers may leave or enter the window. */
const answered = (
  measured: Measured,
  ratePerSecond: number,
  [least, greatest]: Bounds,
): Checked => {
  const slack = lateRequests(measured, ratePerSecond) / SECONDS;
  return [measured.requestRatePerSecond, [least - slack, greatest + slack]];
};

/** A tenth of all requests times out. Of the others, these shares fail. */
const faulty = {
  latency: bimodal(40, 5000, 0.1).options,
  failureShare: 0.1,
  failure: 'overloaded',
  faults: { reset: 0.04, halfBody: 0.06, wrongShape: 0.05, nan: 0.07 },
};
const sharesOfFailures = { timeout: 0.1, 'http-503': 0.09, reset: 0.09, 'wrong-answer': 0.108 };

/**
 * Tests a load process on servings of known latency.
 *
 * @param program called when a test begins
 * @param overheadMs time that a request may take in addition to the known latency
 */
export const describeKnownLatency = (program: () => LoadProgram, overheadMs = 0): void => {
  it('measures a whole window even if the first answers come after its planned end', async () => {
    const known = constant(700);
    const job = { level: closed(2), warmupSeconds: 0, durationSeconds: 0.5 };
    const result = await measureServing({ latency: known.options }, job, program());

    expect(result.durationSeconds).toBe(0.5);
    expect(result.failures).toEqual({});
    expectWithin(latencyFigures(result, known, overheadMs));
  });

  // Constant and bimodal latencies have almost no sampling error, so they are long: 2 % of them must cover the jitter of a shared
  // machine.
  it.each<[string, KnownLatency, number]>([
    ['constant', constant(500), 4],
    ['exponential', exponential(40), 20],
    ['bimodal', bimodal(400, 1200, 0.2), 40],
  ])(
    'measures in a closed loop the known latency, %s, and the rate N ÷ mean latency',
    async (_name, known, virtualUsers) => {
      const job = { level: closed(virtualUsers) };
      const result = await measureServing({ latency: known.options }, job, program());

      expect(result.failures).toEqual({});
      expectWithin({
        ...latencyFigures(result, known, overheadMs),
        rate: closedRate(result, known, virtualUsers, overheadMs),
      });
    },
  );

  it('measures in an open loop with constant arrivals the known latency at the planned rate', async () => {
    const known = constant(500);
    // The warm-up covers the ramp and one latency, because early answers belong to requests planned before the window.
    const job = { level: open(100, 'constant'), warmupSeconds: 1.2 };
    const result = await measureServing({ latency: known.options }, job, program());

    expect(result).toMatchObject({
      failures: {},
      unsent: 0,
      offered: 100 * SECONDS,
    });
    expectWithin({
      ...latencyFigures(result, known, overheadMs),
      rate: answered(result, 100, [98, 102]),
    });
  });

  it.each<[string, KnownLatency, number]>([
    ['exponential', exponential(40), 150],
    ['bimodal', bimodal(400, 1200, 0.2), 100],
  ])(
    'measures with Poisson arrivals the known latency, %s, at the planned rate',
    async (_name, known, ratePerSecond) => {
      const job = { level: open(ratePerSecond, 'poisson') };
      const result = await measureServing({ latency: known.options }, job, program());

      expect(result).toMatchObject({ failures: {}, unsent: 0 });
      const slack = 4 * Math.sqrt(ratePerSecond / SECONDS);
      const rateBounds: Bounds = [ratePerSecond - slack, ratePerSecond + slack];
      expectWithin({
        ...latencyFigures(result, known, overheadMs),
        offered: [result.offered / SECONDS, rateBounds],
        rate: answered(result, ratePerSecond, rateBounds),
      });
      expect(result.succeeded).toBe(result.offered);
    },
  );

  it.each<[string, Job['level']]>([
    ['an open loop', open(120, 'poisson')],
    ['a closed loop', closed(40)],
  ])('counts in %s the known share of each class of failures', async (_name, level) => {
    const job = { level, timeoutMs: 2000, expect: RIGHT_ANSWER };
    const result = await measureServing(faulty, job, program());

    const count = result.succeeded + result.failed;
    expect(count).toBe(result.offered);
    expect(new Set(Object.keys(result.failures))).toEqual(new Set(Object.keys(sharesOfFailures)));
    const failures: Readonly<Record<string, number | undefined>> = result.failures;
    const checked = Object.entries(sharesOfFailures).map(([failure, share]): [string, Checked] => [
      failure,
      [(failures[failure] ?? 0) / count, shareBounds(share, count)],
    ]);
    const failing = Object.values(sharesOfFailures).reduce((sum, share) => sum + share);
    expectWithin({
      ...Object.fromEntries(checked),
      all: [result.failedShare, shareBounds(failing, count)],
    });
  });
};
