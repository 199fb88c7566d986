/** The part of a load that is measured: from `startMs` (included) to `endMs` (excluded). */
export interface MeasuringWindow {
  /** Milliseconds since the start of the load, like all times of a load. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Whether a time is inside the window. For response times and failures, a request counts if it was planned inside the window, whenever it
 * ended; in a closed loop, that is when it was sent. Counting by the end would drop the slowest requests, for instance when a stall falls
 * on the end of the window, so the load generator waits for every request that it sent.
 */
export const isInside = (window: MeasuringWindow, timeMs: number): boolean =>
  timeMs >= window.startMs && timeMs < window.endMs;

/**
 * The share of a request's time that lies inside the window, from 0 to 1.
 *
 * The request rate of a closed loop is the sum of these shares ÷ the length of the window. Users that are answered at the same moment
 * stay together, so that answers come in bursts, and counting answers would be wrong by a burst, in every repeat in the same way.
 */
export const shareInside = (window: MeasuringWindow, sentMs: number, doneMs: number): number => {
  if (doneMs <= sentMs) return isInside(window, sentMs) ? 1 : 0;
  const insideMs = Math.min(doneMs, window.endMs) - Math.max(sentMs, window.startMs);
  return Math.max(0, insideMs) / (doneMs - sentMs);
};

/** How much of a correct answer counts for the rate of a window: in a closed loop its share, in an open loop all of it or nothing. */
export const correctPart = (
  window: MeasuringWindow,
  loop: 'closed' | 'open',
  { sentMs, doneMs }: { readonly sentMs: number; readonly doneMs: number },
): number =>
  loop === 'closed' ? shareInside(window, sentMs, doneMs) : Number(isInside(window, doneMs));
