import type { ModelContract } from '../manifest.ts';
import { CLASS_COUNT } from '../models/labels.ts';

/** Exponentials divided by their sum, from 64-bit arithmetic. */
export const softmax = (logits: Float32Array): Float32Array => {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  const exponentials = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  let sum = 0;
  for (const value of exponentials) sum += value;
  return Float32Array.from(exponentials, (value) => value / sum);
};

/** Whether a model's output is already a distribution: all between 0 and 1, with the sum 1. */
const areProbabilities = (values: Float32Array): boolean => {
  let sum = 0;
  for (const value of values) {
    if (!(value >= 0 && value <= 1)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) < 1e-3;
};

/** Probability that stands for 0, so that its logarithm is a number. */
const SMALLEST = 1e-30;

/**
 * Turns what a model puts out into what the manifest promises. Networks end with or without softmax; which of the two is
 * seen from the values.
 */
export const asOutput = (values: Float32Array, output: ModelContract['output']): Float32Array => {
  const ready = areProbabilities(values);
  if (output === 'probabilities') return ready ? values : softmax(values);
  return ready ? values.map((value) => Math.log(Math.max(value, SMALLEST))) : values;
};

/** The class that the engines without a network answer; any would do. */
export const FIXED_CLASS = 281 % CLASS_COUNT;
const FIXED_SCORE = 0.9;

/** The answer of the engines without a network, as the manifest's model would put it. */
export const fixedValues = (output: ModelContract['output']): Float32Array => {
  const probabilities = new Float32Array(CLASS_COUNT).fill((1 - FIXED_SCORE) / (CLASS_COUNT - 1));
  probabilities[FIXED_CLASS] = FIXED_SCORE;
  return output === 'probabilities'
    ? probabilities
    : probabilities.map((probability) => Math.log(probability));
};
