import type { Measurement } from '../model/measurement.ts';

/** Connections and the code of the client are cold at first; the serving is not. */
const WARMUP_SHARE = 0.25;

/**
 * The times of the bypass run of a measurement: the same load straight to the serving, without the middleware, once the window
 * through it is over. After it and not before, so that a cold serving is still cold for the window. Undefined where the
 * measurement has none.
 */
export const bypassWindowOf = ({
  bypassSeconds = 0,
}: Measurement): Pick<Measurement, 'warmupSeconds' | 'durationSeconds'> | undefined =>
  bypassSeconds === 0
    ? undefined
    : { warmupSeconds: bypassSeconds * WARMUP_SHARE, durationSeconds: bypassSeconds };

/** Seconds of load that a measurement takes: through the middleware and directly, with the warm-ups of both. */
export const loadSeconds = (measurement: Measurement): number => {
  const direct = bypassWindowOf(measurement);
  return (
    measurement.warmupSeconds +
    measurement.durationSeconds +
    (direct === undefined ? 0 : direct.warmupSeconds + direct.durationSeconds)
  );
};
