import { drawRandom, seedRandom } from './random.ts';

/** How the requests of an open loop are spread over time. */
export interface ArrivalPlan {
  readonly ratePerSecond: number;
  /** `constant`: equal gaps; `poisson`: gaps drawn from the exponential distribution. */
  readonly arrivals: 'constant' | 'poisson';
  readonly seed: number;
  /**
   * How long the rate rises linearly from 0 at the start. If the load started at full rate, a client whose code is not compiled
   * yet would fall behind and open a connection for every late request. Client and server would then struggle with thousands of
   * connections for the rest of the load.
   */
  readonly rampMs: number;
}

/**
 * Plans the send times before `endMs`, ascending, in milliseconds since the start of the load. Both load generators use them.
 *
 * k6 could not plan them: its arrival-rate executors have no Poisson process and do not tell a script when its iteration was
 * due, so latency could not start at the planned time.
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
    const timeMs = withRamp(evenMs, rampMs);
    if (timeMs >= endMs) return times;
    times.push(timeMs);
  }
};

/**
 * Converts a time at full rate to the time with the ramp. During the ramp, the rate grows as t ÷ ramp, so t² ÷ (2 × ramp) of the
 * time at full rate has passed at t. After the ramp, the load is behind by half of the ramp.
 */
const withRamp = (evenMs: number, rampMs: number): number =>
  evenMs < rampMs / 2 ? Math.sqrt(2 * rampMs * evenMs) : evenMs + rampMs / 2;
