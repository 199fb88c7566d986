import type { MeasuringWindow } from '../../../../k6/measuring-window.ts';
import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';
import {
  Samples,
  type Sample,
  binBySecond,
  summariseSamples,
} from '../../../../lib/bench/load/samples.ts';

const window: MeasuringWindow = { startMs: 1000, endMs: 3000 };

const exchange = (
  plannedMs: number,
  doneMs: number,
  outcome: number = OUTCOME.succeeded,
  sentMs = plannedMs,
): Sample => ({ plannedMs, sentMs, doneMs, image: 0, outcome });

/** Users of a server that answers all of them at once after the same time, so that they stay together. */
const inLockstep = (users: number, latencyMs: number, endMs: number): readonly Sample[] =>
  Array.from({ length: Math.ceil(endMs / latencyMs) }, (_, round) =>
    Array.from({ length: users }, () => exchange(round * latencyMs, (round + 1) * latencyMs)),
  ).flat();

/** Users of a server that answers one request after another. */
const inQueue = (users: number, serviceMs: number, endMs: number): readonly Sample[] =>
  Array.from({ length: Math.ceil(endMs / serviceMs) + users }, (_, request) =>
    exchange(Math.max(0, (request - users + 1) * serviceMs), (request + 1) * serviceMs),
  );

const ofClosed = (samples: readonly Sample[]) => summariseSamples(samples, window, 'closed', 5000);
const ofOpen = (samples: readonly Sample[]) => summariseSamples(samples, window, 'open', 5000);

describe('A closed loop', () => {
  it('counts each answer for the rate by the share of its time inside the window', () => {
    const result = ofClosed([
      exchange(500, 900),
      exchange(750, 1250),
      exchange(1000, 1500),
      exchange(2900, 3900),
    ]);

    expect(result.requestRatePerSecond).toBeCloseTo((0.5 + 1 + 0.1) / 2, 10);
  });

  it.each([
    [16, 395],
    [16, 410],
    [40, 1100],
    [1, 130],
  ])('measures the rate of %d users in lockstep after %d ms exactly', (users, latencyMs) => {
    const { requestRatePerSecond } = ofClosed(inLockstep(users, latencyMs, 4000));

    expect(requestRatePerSecond).toBeCloseTo((users * 1000) / latencyMs, 9);
  });

  it('measures the rate of a server that answers one request after another exactly', () => {
    expect(ofClosed(inQueue(8, 30, 4000)).requestRatePerSecond).toBeCloseTo(1000 / 30, 9);
  });

  it('counts response times and failures of the requests sent inside the window, whenever they ended', () => {
    const result = ofClosed([
      exchange(900, 1100),
      exchange(1000, 1500),
      exchange(2900, 7900),
      exchange(2950, 7950, OUTCOME.timeout),
      exchange(3000, 3100),
    ]);

    expect(result).toMatchObject({ succeeded: 2, failed: 1, offered: 3 });
    expect(result.latency.maxMs).toBeCloseTo(5000, -1);
  });

  it('averages the requests in flight by their time inside the window', () => {
    const result = ofClosed([
      exchange(0, 900),
      exchange(500, 1500),
      exchange(1000, 2000, 503),
      exchange(2000, 2500, OUTCOME.timeout),
      exchange(2500, 3500),
    ]);

    expect(result.meanInFlight).toBeCloseTo((500 + 1000 + 500 + 500) / 2000, 10);
    expect(ofOpen([exchange(1000, 2000)]).meanInFlight).toBeUndefined();
  });

  it('counts failures by class, without their response time', () => {
    const result = ofClosed([
      exchange(1000, 1001, OUTCOME.connect),
      exchange(1000, 1002, OUTCOME.timeout),
      exchange(1000, 1003, OUTCOME.reset),
      exchange(1000, 1004, OUTCOME.wrongAnswer),
      exchange(1000, 1005, 503),
      exchange(1000, 1006, 503),
      exchange(1000, 1007),
      exchange(100, 107, 500),
    ]);
    expect(result.failures).toEqual({
      connect: 1,
      timeout: 1,
      reset: 1,
      'wrong-answer': 1,
      'http-503': 2,
    });
    expect(result).toMatchObject({ succeeded: 1, failed: 6, failedShare: 6 / 7 });
    expect(result.latency.count).toBe(1);
  });
});

describe('An open loop', () => {
  it('measures the response time from the planned time, for requests planned inside the window', () => {
    const result = ofOpen([
      exchange(900, 1100),
      exchange(1000, 1500, OUTCOME.succeeded, 1400),
      exchange(2900, 3900),
    ]);
    expect(result.latency).toMatchObject({ count: 2, minMs: 500 });
    expect(result.latency.maxMs).toBeCloseTo(1000, 0);
    expect(result.succeeded).toBe(2);
  });

  it('takes the rate from the answers inside the window, whenever they were planned', () => {
    const result = ofOpen([exchange(900, 1100), exchange(1000, 1500), exchange(2900, 3900)]);
    expect(result.requestRatePerSecond).toBe(1);
    expect(result.bins.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(2);
  });

  it('reports requests that it could not send, and those that it sent late', () => {
    const result = ofOpen([
      exchange(1000, NaN, OUTCOME.unsent, NaN),
      exchange(1001, 1011, OUTCOME.succeeded, 1002.5),
      exchange(1002, 1011, OUTCOME.succeeded, 1002.5),
    ]);
    expect(result).toMatchObject({ offered: 3, unsent: 1, delayedShare: 0.5, failed: 0 });
  });

  it('counts requests as delayed in relation to the median response time', () => {
    const { delayedShare } = ofOpen(
      [1003, 1005.5, 1005.5, 1007].map((sentMs) => exchange(1000, 1100, OUTCOME.succeeded, sentMs)),
    );
    expect(delayedShare).toBe(0.75);
  });
});

describe('A load without any answer', () => {
  it.each(['closed', 'open'] as const)('has only zeros in a loop that is %s', (loop) => {
    expect(summariseSamples([], window, loop, 5000)).toMatchObject({
      succeeded: 0,
      requestRatePerSecond: 0,
      failedShare: 0,
      delayedShare: 0,
      latency: { count: 0, p99Ms: 0 },
    });
  });
});

describe('The bins of a window', () => {
  const samples = [
    exchange(990, 1010),
    exchange(1010, 1020),
    exchange(1020, 1060),
    exchange(1900, 2100),
    exchange(1500, 2100, OUTCOME.reset),
    exchange(2400, 2600),
  ];
  const cut = { ...window, endMs: 2500 };

  it('count the answers and failures of an open loop in the second in which they arrived', () => {
    expect(binBySecond(samples, cut, 'open')).toEqual([
      { second: 0, succeeded: 3, failed: 0, p50Ms: 20 },
      { second: 1, succeeded: 1, failed: 1, p50Ms: 200 },
    ]);
  });

  it('share the answers of a closed loop among the seconds that they took', () => {
    expect(binBySecond(samples, cut, 'closed')).toEqual([
      { second: 0, succeeded: 3, failed: 0, p50Ms: 20 },
      { second: 1, succeeded: 1, failed: 1, p50Ms: 200 },
    ]);
    const seconds = binBySecond(inLockstep(100, 400, 4000), window, 'closed');
    expect(seconds.map(({ succeeded }) => succeeded)).toEqual([250, 250]);
  });
});

describe('The samples of a load', () => {
  it('keep their order over several chunks', () => {
    const samples = new Samples();
    const count = 65_536 * 2 + 1;
    for (let index = 0; index < count; index += 1) {
      samples.add(index, index, index, 0, 0);
    }
    expect(samples.length).toBe(count);
    const order = Array.from(samples, ({ plannedMs }) => plannedMs);
    expect(order).toHaveLength(count);
    expect(order.every((plannedMs, index) => plannedMs === index)).toBe(true);
  });
});
