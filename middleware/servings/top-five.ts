import { bestClasses, type ScoredClass } from '../../serving-configs/models/best-classes.ts';
import {
  servedClassesOf,
  type ServedClasses,
  type ServedModel,
} from '../../serving-configs/models/served-model.ts';
import { valuesOf } from '../../serving-configs/models/tensors/tensor-body.ts';
import { MalformedAnswer, type Answer } from './serving.ts';

/** An engine with 16-bit floats may round a probability slightly above one. */
const TOLERANCE = 1e-3;

const check = (
  scores: ArrayLike<number>,
  { scores: output, labels: { names } }: ServedClasses,
): void => {
  if (scores.length !== names.length) {
    throw new MalformedAnswer(`The answer has ${scores.length} scores instead of ${names.length}.`);
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

/** Softmax of the best classes as `exp(x - max) / Σ exp(x - max)`, which does not overflow. */
const softmaxOf = (
  scores: ArrayLike<number>,
  best: readonly ScoredClass[],
): readonly ScoredClass[] => {
  const max = best[0]?.score ?? 0;
  let sum = 0;
  for (let index = 0; index < scores.length; index += 1) {
    sum += Math.exp((scores[index] ?? 0) - max);
  }
  return best.map((scored) => ({ ...scored, score: Math.exp(scored.score - max) / sum }));
};

/**
 * Returns the five most probable classes, best first, from the scores of all classes.
 * @throws MalformedAnswer if the number of scores is wrong, one is not finite, or one is not a probability although the model
 * answers probabilities.
 */
export const topFive = (
  scores: ArrayLike<number>,
  answers: ServedClasses,
): readonly ScoredClass[] => {
  check(scores, answers);
  const best = bestClasses(scores);
  if (answers.scores === 'logits') return softmaxOf(scores, best);
  return best.map((scored) => ({ ...scored, score: Math.min(1, Math.max(0, scored.score)) }));
};

/**
 * The best classes of an answer: those that the serving has chosen, or those with the best scores in its only output.
 * @throws MalformedAnswer as {@link topFive}
 */
export const classesOf = (answer: Answer, served: ServedModel): readonly ScoredClass[] =>
  answer.kind === 'classes'
    ? answer.classes
    : answer.outputs.flatMap((output) =>
        topFive(valuesOf(output) as Float32Array, servedClassesOf(served)),
      );
