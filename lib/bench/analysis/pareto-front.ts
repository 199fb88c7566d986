import type { Interval } from './statistics/interval.ts';

/** Two figures that are traded for each other: the first is to be great, the second small. */
export interface Tradeoff {
  readonly ratePerSecond: number;
  readonly latencyMs: number;
}

/** A point with the intervals of its figures, as far as they are known. */
export interface UncertainTradeoff extends Tradeoff {
  readonly rateInterval?: Ends | undefined;
  readonly latencyInterval?: Ends | undefined;
}

type Ends = Pick<Interval, 'low' | 'high'>;

const isBelow = (one: Ends | undefined, other: Ends | undefined): boolean =>
  one !== undefined && other !== undefined && one.high < other.low;

/** Whether a point has at least the rate of another one at no more waiting, and is better in one of them. */
export const beats = (one: Tradeoff, other: Tradeoff): boolean =>
  one.ratePerSecond >= other.ratePerSecond &&
  one.latencyMs <= other.latencyMs &&
  (one.ratePerSecond > other.ratePerSecond || one.latencyMs < other.latencyMs);

/** Whether a point beats another one, and their intervals lie apart in at least one figure. */
export const beatsBeyondDoubt = (one: UncertainTradeoff, other: UncertainTradeoff): boolean =>
  beats(one, other) &&
  (isBelow(other.rateInterval, one.rateInterval) ||
    isBelow(one.latencyInterval, other.latencyInterval));

/**
 * Those of the points that no other one beats: none has at least the same rate at most the same latency and is better in one
 * of them. Ascending in both figures.
 */
export const paretoFront = <Point extends Tradeoff>(points: readonly Point[]): readonly Point[] => {
  const ordered = points.toSorted(
    (a, b) => a.latencyMs - b.latencyMs || b.ratePerSecond - a.ratePerSecond,
  );
  const front: Point[] = [];
  for (const point of ordered) {
    const last = front.at(-1);
    const isSame =
      last?.latencyMs === point.latencyMs && last.ratePerSecond === point.ratePerSecond;
    if (last === undefined || isSame || point.ratePerSecond > last.ratePerSecond) front.push(point);
  }
  return front;
};
