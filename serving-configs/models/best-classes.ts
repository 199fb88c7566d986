export interface ScoredClass {
  /** The index of the class. */
  readonly class: number;
  readonly score: number;
}

/** How many classes an answer names, if there are so many. */
export const TOP_COUNT = 5;

/**
 * The classes with the largest scores in descending order; of equal scores, the lower index comes first. It takes a single pass,
 * because sorting a thousand scores takes about thirty times as long.
 */
export const bestClasses = (scores: ArrayLike<number>): readonly ScoredClass[] => {
  const best: number[] = [];
  let threshold = -Infinity;
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] ?? 0;
    if (score <= threshold && best.length === TOP_COUNT) continue;
    let rank = best.length;
    while (rank > 0 && (scores[best[rank - 1] ?? 0] ?? 0) < score) rank -= 1;
    best.splice(rank, 0, index);
    best.length = Math.min(best.length, TOP_COUNT);
    if (best.length === TOP_COUNT) threshold = scores[best[TOP_COUNT - 1] ?? 0] ?? 0;
  }
  return best.map((index) => ({ class: index, score: scores[index] ?? 0 }));
};
