import type { ModelContract } from '../../serving-configs/manifest.ts';
import { CLASS_COUNT } from '../../serving-configs/models/labels.ts';
import { MalformedAnswer, type ScoredClass } from './serving.ts';

const TOP = 5;

/** Rounding of an engine with 16-bit floats may lift a probability a little above one. */
const TOLERANCE = 1e-3;

/**
 * The indexes of the five largest scores, largest first; of equal scores the lower index first. One pass: sorting a
 * thousand scores costs about thirty times as much.
 */
const bestFive = (scores: ArrayLike<number>): number[] => {
  const best: number[] = [];
  let threshold = -Infinity;
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] ?? 0;
    if (score <= threshold && best.length === TOP) continue;
    let place = best.length;
    while (place > 0 && (scores[best[place - 1] ?? 0] ?? 0) < score) place -= 1;
    best.splice(place, 0, index);
    best.length = Math.min(best.length, TOP);
    if (best.length === TOP) threshold = scores[best[TOP - 1] ?? 0] ?? 0;
  }
  return best;
};

const check = (scores: ArrayLike<number>, output: ModelContract['output']): void => {
  if (scores.length !== CLASS_COUNT) {
    throw new MalformedAnswer(`The answer has ${scores.length} scores instead of ${CLASS_COUNT}.`);
  }
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] ?? Number.NaN;
    if (!Number.isFinite(score)) {
      throw new MalformedAnswer(`The score of class ${index} is ${score}, not a finite number.`);
    }
    if (output === 'probabilities' && (score < -TOLERANCE || score > 1 + TOLERANCE)) {
      throw new MalformedAnswer(`The score of class ${index} is ${score}, not a probability.`);
    }
  }
};

/** Softmax of the largest few: `exp(x - max) / Σ exp(x - max)`, the form that does not overflow. */
const softmaxAt = (scores: ArrayLike<number>, classes: readonly number[]): ScoredClass[] => {
  const max = scores[classes[0] ?? 0] ?? 0;
  let sum = 0;
  for (let index = 0; index < scores.length; index += 1) {
    sum += Math.exp((scores[index] ?? 0) - max);
  }
  return classes.map((index) => ({
    class: index,
    score: Math.exp((scores[index] ?? 0) - max) / sum,
  }));
};

/**
 * The five most probable classes, best first, from the scores of all.
 * @throws MalformedAnswer where there are more or fewer scores than classes, one is not finite, or one is not a probability though the
 * model answers probabilities.
 */
export const topFive = (
  scores: ArrayLike<number>,
  output: ModelContract['output'],
): readonly ScoredClass[] => {
  check(scores, output);
  const classes = bestFive(scores);
  if (output === 'logits') return softmaxAt(scores, classes);
  return classes.map((index) => ({
    class: index,
    score: Math.min(1, Math.max(0, scores[index] ?? 0)),
  }));
};
