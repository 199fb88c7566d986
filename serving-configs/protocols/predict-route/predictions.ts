const TOP_COUNT = 5;

/** The indexes of the best classes, best first; of equal ones the lower index first. */
const bestFive = (probabilities: Float32Array): readonly number[] => {
  const best: number[] = [];
  for (const [index, probability] of probabilities.entries()) {
    let place = best.length;
    while (place > 0 && (probabilities[best[place - 1] ?? 0] ?? 0) < probability) place -= 1;
    if (place === TOP_COUNT) continue;
    best.splice(place, 0, index);
    best.length = Math.min(best.length, TOP_COUNT);
  }
  return best;
};

/** What an application answers: its five best classes, as compact JSON. What is no number stays none, as in Python. */
export const predictionsJson = (probabilities: Float32Array): string => {
  const predictions = bestFive(probabilities).map(
    (index) => `{"class":${index},"score":${probabilities[index] ?? 0}}`,
  );
  return `{"predictions":[${predictions.join(',')}]}`;
};
