import type { ModelContract } from '../manifest.ts';

/** Turns logits into probabilities, with 64-bit arithmetic. */
export const softmax = (logits: Float32Array): Float32Array => {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  const exponentials = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  let sum = 0;
  for (const value of exponentials) sum += value;
  return Float32Array.from(exponentials, (value) => value / sum);
};

/** Whether the output of a model is a probability distribution: all values between 0 and 1, with the sum 1. */
const areProbabilities = (values: Float32Array): boolean => {
  let sum = 0;
  for (const value of values) {
    if (!(value >= 0 && value <= 1)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) < 1e-3;
};

/** Replaces a probability of 0, whose logarithm is −∞. */
const SMALLEST = 1e-30;

/**
 * Converts the output of a model to the kind that the manifest promises. The values show whether the network ends with a softmax.
 */
export const asOutput = (values: Float32Array, output: ModelContract['output']): Float32Array => {
  const areNormalised = areProbabilities(values);
  if (output === 'probabilities') return areNormalised ? values : softmax(values);
  return areNormalised ? values.map((value) => Math.log(Math.max(value, SMALLEST))) : values;
};

/** The class that the engines without a model answer; any would do. Of fewer classes, it is the one with the remainder. */
export const FIXED_CLASS = 281;
const FIXED_SCORE = 0.9;

/** The scores that the engines without a model answer, as logits or probabilities. */
export const fixedValues = (output: ModelContract['output'], classes: number): Float32Array => {
  const probabilities = new Float32Array(classes).fill((1 - FIXED_SCORE) / (classes - 1));
  probabilities[FIXED_CLASS % classes] = FIXED_SCORE;
  return output === 'probabilities'
    ? probabilities
    : probabilities.map((probability) => Math.log(probability));
};
