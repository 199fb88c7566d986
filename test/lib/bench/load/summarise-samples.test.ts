import type { MeasuringWindow } from '../../../../lib/bench/load/measuring-window.ts';
import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';
import { Samples, type Sample } from '../../../../lib/bench/load/samples.ts';
import { binBySecond, summariseSamples } from '../../../../lib/bench/load/summarise-samples.ts';
import { decodeHistogram } from '../../../support/decode-histogram.ts';

const closed: MeasuringWindow = { loop: 'closed', startMs: 1000, endMs: 3000 };
const open: MeasuringWindow = { ...closed, loop: 'open' };

const exchange = (
  plannedMs: number,
  doneMs: number,
  outcome: number = OUTCOME.succeeded,
  sentMs = plannedMs,
): Sample => ({ plannedMs, sentMs, doneMs, image: 0, outcome });

describe('A closed loop', () => {
  it('counts requests that ended inside the window, even if they were sent before', () => {
    const result = summariseSamples(
      [exchange(500, 999), exchange(900, 1000), exchange(1000, 2999)],
      closed,
      5000,
    );
    expect(result).toMatchObject({ succeeded: 2, requestRatePerSecond: 1, offered: 1 });
    expect(result.latency.count).toBe(2);
  });

  it('averages the requests in flight by their time inside the window', () => {
    const result = summariseSamples(
      [
        exchange(0, 900),
        exchange(500, 1500),
        exchange(1000, 2000, 503),
        exchange(2000, 2500, OUTCOME.timeout),
        exchange(2500, 3500),
        exchange(2900, NaN, OUTCOME.unfinished),
        exchange(3100, NaN, OUTCOME.unfinished),
      ],
      closed,
      5000,
    );

    expect(result.meanInFlight).toBeCloseTo((500 + 1000 + 500 + 500 + 100) / 2000, 10);
    expect(summariseSamples([exchange(1000, 2000)], open, 5000).meanInFlight).toBeUndefined();
  });

  it('counts requests in flight at the end as unfinished, even if an answer arrived later', () => {
    const result = summariseSamples(
      [exchange(2000, 3000), exchange(2500, NaN, OUTCOME.unfinished)],
      closed,
      5000,
    );
    expect(result).toMatchObject({ succeeded: 0, unfinished: 2, offered: 2, failedShare: 0 });
  });

  it('reports how long the requests in flight had waited when the window ended', () => {
    const { unfinishedWaits = '' } = summariseSamples(
      [exchange(2000, 3100), exchange(2500, NaN, OUTCOME.unfinished)],
      closed,
      5000,
    );
    const waits = decodeHistogram(unfinishedWaits);

    expect(waits.totalCount).toBe(2);
    expect(waits.minNonZeroValue / 1000).toBeCloseTo(500, -1);
    expect(waits.maxValue / 1000).toBeCloseTo(1000, -1);
    expect(summariseSamples([exchange(1000, 1010)], closed, 5000).unfinishedWaits).toBeUndefined();
  });

  it('ignores requests that a user sent after the end, before it was stopped', () => {
    const result = summariseSamples(
      [exchange(2000, 3000), exchange(3000, NaN, OUTCOME.unfinished)],
      closed,
      1000,
    );

    expect(result).toMatchObject({ succeeded: 0, unfinished: 1, offered: 1 });
  });

  it('counts failures by class, without their response time', () => {
    const result = summariseSamples(
      [
        exchange(1000, 1001, OUTCOME.connect),
        exchange(1000, 1002, OUTCOME.timeout),
        exchange(1000, 1003, OUTCOME.reset),
        exchange(1000, 1004, OUTCOME.wrongAnswer),
        exchange(1000, 1005, 503),
        exchange(1000, 1006, 503),
        exchange(1000, 1007),
        exchange(100, 107, 500),
      ],
      closed,
      5000,
    );
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
    const result = summariseSamples(
      [exchange(900, 1100), exchange(1000, 1500, OUTCOME.succeeded, 1400), exchange(2900, 3900)],
      open,
      5000,
    );
    expect(result.latency).toMatchObject({ count: 2, minMs: 500 });
    expect(result.latency.maxMs).toBeCloseTo(1000, 0);
    expect(result.succeeded).toBe(2);
  });

  it('takes the rate from the answers inside the window, whenever they were planned', () => {
    const result = summariseSamples(
      [exchange(900, 1100), exchange(1000, 1500), exchange(2900, 3900)],
      open,
      5000,
    );
    expect(result.requestRatePerSecond).toBe(1);
    expect(result.bins.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(2);
  });

  it('reports requests that it could not send, and those that it sent late', () => {
    const result = summariseSamples(
      [
        exchange(1000, NaN, OUTCOME.unsent, NaN),
        exchange(1001, 1011, OUTCOME.succeeded, 1002.5),
        exchange(1002, 1011, OUTCOME.succeeded, 1002.5),
      ],
      open,
      5000,
    );
    expect(result).toMatchObject({ offered: 3, unsent: 1, delayedShare: 0.5, failed: 0 });
  });

  it('counts requests as delayed in relation to the median response time', () => {
    const { delayedShare } = summariseSamples(
      [1003, 1005.5, 1005.5, 1007].map((sentMs) => exchange(1000, 1100, OUTCOME.succeeded, sentMs)),
      open,
      5000,
    );
    expect(delayedShare).toBe(0.75);
  });
});

describe('A load without any answer', () => {
  it.each([closed, open])('has only zeros in the window %j', (window) => {
    expect(summariseSamples([], window, 5000)).toMatchObject({
      succeeded: 0,
      requestRatePerSecond: 0,
      failedShare: 0,
      delayedShare: 0,
      latency: { count: 0, p99Ms: 0 },
    });
  });
});

describe('The bins of a window', () => {
  it('count answers and failures in the second in which they ended', () => {
    const samples = [
      exchange(990, 1010),
      exchange(1010, 1020),
      exchange(1020, 1060),
      exchange(1500, 2100, OUTCOME.reset),
      exchange(2400, NaN, OUTCOME.unfinished),
    ];

    expect(binBySecond(samples, { ...closed, endMs: 2500 })).toEqual([
      { second: 0, succeeded: 3, failed: 0, p50Ms: 20 },
      { second: 1, succeeded: 0, failed: 1 },
    ]);
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
