import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import { readDistribution, valuesAbove } from '../../lib/bench/stats/distribution.ts';
import { EMBEDDED } from '../lib/bench/load/load-process.ts';
import { closed, describeKnownLatency, open } from './describe-known-latency.ts';
import { constant } from './known-latency.ts';
import { greatestDelayMs, lateRequests, measureServing, usualDelayMs } from './measured-serving.ts';

jest.setTimeout(120_000);

describe('The embedded load generator', () => {
  describeKnownLatency(() => EMBEDDED);
});

const SLOW_MS = 200;

/** Answers that took longer. */
const slow = ({ histogram }: LoadResult, ms = SLOW_MS): number =>
  valuesAbove(readDistribution(histogram), ms * 1000);

describe('A stall of 500 ms', () => {
  // Both loops offer 100 requests a second to a serving that takes 20 ms. When it stands still for half a second, about
  // 50 requests are due meanwhile. The open loop has planned and sent them, and each shows what it waited. In the closed
  // loop the two users wait with one request each, and the other 48 are never sent: the load waits with the server, so
  // 2 slow answers stand against about 250 fast ones, too few for the p99 to see ("coordinated omission").
  const stalled = { latency: constant(20).options, stalls: [{ afterRequests: 150, ms: 500 }] };
  it('appears in the p99 of an open loop', async () => {
    const result = await measureServing(stalled, { level: open(100, 'constant') });
    expect(result.latency.p99Ms).toBeGreaterThan(450);
    expect(result.latency.p99Ms).toBeLessThan(550 + greatestDelayMs(result));
    expect(result.latency.p50Ms).toBeLessThan(30 + usualDelayMs(result));
    // Those planned in the first 320 of the 500 ms take more than 200 ms, the 20 ms of the serving included.
    expect(slow(result)).toBeGreaterThanOrEqual(28);
    expect(slow(result)).toBeLessThanOrEqual(36 + lateRequests(result, 100));
  });

  it('affects at most N requests of a closed loop, and not its p99', async () => {
    const result = await measureServing(stalled, { level: closed(2) });
    expect(slow(result)).toBeGreaterThanOrEqual(2);
    expect(slow(result, SLOW_MS + greatestDelayMs(result))).toBeLessThanOrEqual(2);
    expect(result.latency.maxMs).toBeGreaterThan(450);
    expect(result.latency.p99Ms).toBeLessThan(100 + greatestDelayMs(result));
  });
});
