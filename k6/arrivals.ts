import { drawRandom, seedRandom } from './random.ts';

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
 * The planned send times before `endMs`, ascending, in milliseconds from the start of the load, for both load generators.
 *
 * The arrival-rate executors of k6 have no Poisson process and do not tell a script when its iteration was due, so that
 * no latency could begin at the planned time. Hence the script plans, and sends at the planned time.
 */
export const planArrivals = (plan: ArrivalPlan, endMs: number): number[] => {
  const { ratePerSecond, arrivals, seed, rampMs } = plan;
  const meanGapMs = 1000 / ratePerSecond;
  const random = seedRandom(seed);
  const times: number[] = [];
  let evenMs = 0;
  for (;;) {
    // Inverse of the exponential distribution; 1 - u lies in (0, 1], so the logarithm is finite.
    evenMs += arrivals === 'constant' ? meanGapMs : -Math.log(1 - drawRandom(random)) * meanGapMs;
    const timeMs = afterRamp(evenMs, rampMs);
    if (timeMs >= endMs) return times;
    times.push(timeMs);
  }
};

/** With the rate growing as t ÷ ramp, t² ÷ (2 × ramp) of even time have passed at t; after the ramp, half of it is lost. */
const afterRamp = (evenMs: number, rampMs: number): number =>
  evenMs < rampMs / 2 ? Math.sqrt(2 * rampMs * evenMs) : evenMs + rampMs / 2;
