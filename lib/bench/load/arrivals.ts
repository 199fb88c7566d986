import { createRandom } from '../stats/random.ts';

/** How the requests of an open loop are spread over time. */
export interface ArrivalPlan {
  readonly ratePerSecond: number;
  /** `constant`: equal gaps; `poisson`: gaps drawn from the exponential distribution. */
  readonly arrivals: 'constant' | 'poisson';
  readonly seed: number;
  /**
   * Over this time at the start the rate climbs evenly from 0. At full rate from nothing, a client whose code is not
   * compiled yet falls behind, opens a connection for every late request, and server and client then fight with
   * thousands of connections for the rest of the run.
   */
  readonly rampMs: number;
}

/**
 * The planned send times before `endMs`, ascending, in milliseconds from the start of the load. They lie in shared
 * memory, 8 bytes each, so that a thread can follow them.
 */
export const planArrivals = (plan: ArrivalPlan, endMs: number): Float64Array<SharedArrayBuffer> => {
  const nextGapMs = createGaps(plan);
  let times = sharedTimes(Math.ceil((endMs / 1000) * plan.ratePerSecond) + 16);
  let count = 0;
  let evenMs = 0;
  for (;;) {
    evenMs += nextGapMs();
    const timeMs = afterRamp(evenMs, plan.rampMs);
    if (timeMs >= endMs) {
      return times.subarray(0, count);
    }
    if (count === times.length) {
      const longer = sharedTimes(Math.ceil(count * 1.1));
      longer.set(times);
      times = longer;
    }
    times[count] = timeMs;
    count += 1;
  }
};

/**
 * Moves a time of the even process to where the ramp puts it. With the rate growing as t ÷ ramp, t² ÷ (2 × ramp) of even
 * time have passed at t; after the ramp, the process lags by half of it.
 */
const afterRamp = (evenMs: number, rampMs: number): number =>
  evenMs < rampMs / 2 ? Math.sqrt(2 * rampMs * evenMs) : evenMs + rampMs / 2;

const sharedTimes = (length: number): Float64Array<SharedArrayBuffer> =>
  new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));

const createGaps = ({ ratePerSecond, arrivals, seed }: ArrivalPlan): (() => number) => {
  const meanGapMs = 1000 / ratePerSecond;
  if (arrivals === 'constant') {
    return () => meanGapMs;
  }
  const random = createRandom(seed);
  // Inverse of the exponential distribution; 1 - u lies in (0, 1], so the logarithm is finite.
  return () => -Math.log(1 - random()) * meanGapMs;
};
