/** Two figures that are traded for each other: the first is to be great, the second small. */
export interface Tradeoff {
  readonly ratePerSecond: number;
  readonly latencyMs: number;
}

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
