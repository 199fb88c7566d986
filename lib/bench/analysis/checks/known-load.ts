import type { Calibration } from '../../model/record.ts';

/** What a closed loop must measure of a serving of known latency. */
export interface KnownLoad {
  readonly ratePerSecond: number;
  /** From the sending to the answer, in milliseconds. */
  readonly meanMs: number;
  /** Requests by which a window may hold more or fewer than rate × its length. */
  readonly atEdges: number;
}

/**
 * N users of a closed loop, and a serving that takes D for each request, one at a time. A request spends `ownMs` outside of
 * the serving, in the middleware and on the way, where it waits for no other.
 *
 * The serving ends at most one request in each D (utilisation law, X·D ≤ 1), and a user at most one in each D + own:
 * X ≤ min(1 ÷ D, N ÷ (D + own)), the asymptotic bounds of a closed queueing network (Denning and Buzen, The Operational
 * Analysis of Queueing Network Models, ACM Computing Surveys 10 (3), 1978; Lazowska and others, Quantitative System
 * Performance, 1984, chapter 5). Times that do not vary reach the bound: where own ≤ (N − 1)·D, a request is back before the
 * serving is through with the others, so that it never rests; else no request finds another one there. With Little's law,
 * N = X·R, the mean latency is R = max(N·D, D + own). So a network between the machines changes nothing until a round trip
 * takes most of (N − 1)·D.
 *
 * A serving that never rests ends requests D apart, so that a window holds one more or one fewer at most; else all users may
 * have their answers at the same moment, just inside or just outside.
 */
export const knownLoad = (
  { delayMs, virtualUsers }: Pick<Calibration, 'delayMs' | 'virtualUsers'>,
  ownMs: number,
): KnownLoad => {
  const saturatedMs = virtualUsers * delayMs;
  const aloneMs = delayMs + ownMs;
  const meanMs = Math.max(saturatedMs, aloneMs);
  return {
    ratePerSecond: (virtualUsers * 1000) / meanMs,
    meanMs,
    atEdges: saturatedMs >= aloneMs ? 1 : virtualUsers,
  };
};
