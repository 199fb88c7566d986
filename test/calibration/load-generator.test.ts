import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import { readDistribution, valuesAbove } from '../../lib/bench/stats/histogram.ts';
import { EMBEDDED } from '../lib/bench/load/load-process.ts';
import { closed, describeKnownLatency, open } from './describe-known-latency.ts';
import { constant } from './known-latency.ts';
import {
  greatestDelayMs,
  lateRequests,
  measureServing,
  typicalDelayMs,
} from './measured-serving.ts';

describe('The embedded load generator', () => {
  describeKnownLatency(() => EMBEDDED);
});

const SLOW_MS = 200;

/** Counts the answers that took longer. */
const slow = ({ histogram }: LoadResult, ms = SLOW_MS): number =>
  valuesAbove(readDistribution(histogram), ms * 1000);

describe('A stall of 500 ms', () => {
  // Both loops offer 100 requests per second to a serving that takes 20 ms. About 50 requests are due during the stall. The open
  // loop sends them, and each shows how long it waited. In the closed loop each of the two users waits with one request, and the
  // other 48 are never sent: 2 slow answers among about 250 fast ones do not affect the p99 ("coordinated omission").
  const stalled = { latency: constant(20).options, stalls: [{ afterRequests: 150, ms: 500 }] };
  it('appears in the p99 of an open loop', async () => {
    const result = await measureServing(stalled, { level: open(100, 'constant') });
    expect(result.latency.p99Ms).toBeGreaterThan(450);
    expect(result.latency.p99Ms).toBeLessThan(550 + greatestDelayMs(result));
    expect(result.latency.p50Ms).toBeLessThan(30 + typicalDelayMs(result));
    // Requests planned in the first 320 of the 500 ms take more than 200 ms, including the 20 ms of the serving.
    expect(slow(result)).toBeGreaterThanOrEqual(28);
    expect(slow(result)).toBeLessThanOrEqual(36 + lateRequests(result, 100));
  });

  it('affects at most N requests of a closed loop, and not its p99', async () => {
    // In a window of two seconds, two slow answers would be more than one percent.
    const result = await measureServing(stalled, { level: closed(2), durationSeconds: 3 });
    expect(slow(result)).toBeGreaterThanOrEqual(2);
    expect(slow(result, SLOW_MS + greatestDelayMs(result))).toBeLessThanOrEqual(2);
    expect(result.latency.maxMs).toBeGreaterThan(450);
    expect(result.latency.p99Ms).toBeLessThan(100 + greatestDelayMs(result));
  });
});
