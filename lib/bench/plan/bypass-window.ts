import type { Measurement } from '../model/measurement.ts';

/** At first connections and the client's code are cold; the serving is not. */
const WARMUP_SHARE = 0.25;

/**
 * The times of a measurement's bypass run: the same load straight to the serving, after the window through the middleware, so
 * that a cold serving is still cold for the window. Undefined if there is none.
 */
export const bypassWindowOf = ({
  bypassSeconds = 0,
}: Measurement): Pick<Measurement, 'warmupSeconds' | 'durationSeconds'> | undefined =>
  bypassSeconds === 0
    ? undefined
    : { warmupSeconds: bypassSeconds * WARMUP_SHARE, durationSeconds: bypassSeconds };

/** Seconds of load of a measurement, through the middleware and directly, with both warm-ups. */
export const loadSeconds = (measurement: Measurement): number => {
  const direct = bypassWindowOf(measurement);
  return (
    measurement.warmupSeconds +
    measurement.durationSeconds +
    (direct === undefined ? 0 : direct.warmupSeconds + direct.durationSeconds)
  );
};
