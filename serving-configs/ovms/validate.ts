import type { ServedModel } from '../open-inference/served-model.ts';
import { sizeOfShape } from '../wire.ts';

/** A tensor of a request, over whichever protocol. */
export interface AskedTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** The values as raw bytes, or how many numbers there are. */
  readonly content: { readonly bytes: number } | { readonly values: number };
}

export const NO_MODEL = 'Model with requested name is not found';
export const NO_VERSION = 'Model with requested version is not found';
export const NOT_LOADED_YET = 'Model with requested version is not loaded yet';

const tuple = (shape: readonly number[]): string => `(${shape.join(',')})`;

/**
 * What the server finds wrong with the inputs of a request, checked in its order and told in its words; undefined where
 * the model can take them. The words are those of its source, src/status.cpp and src/kfs_frontend/validation.cpp.
 */
export const problemOf = (
  inputs: readonly AskedTensor[],
  { input: name, shape }: ServedModel,
): string | undefined => {
  const problem = (what: string, expected: string, actual: string): string =>
    `${what} - Expected: ${expected}; Actual: ${actual}; input name: ${name}`;
  if (inputs.length !== 1) {
    return `Invalid number of inputs - Expected: 1; Actual: ${inputs.length}`;
  }
  const input = inputs.find((tensor) => tensor.name === name);
  if (input === undefined) return `Missing input with specific name - Required input: ${name}`;
  if (input.datatype !== 'FP32') {
    return problem('Invalid input precision', 'FP32', input.datatype);
  }
  if (input.shape.length !== shape.length) {
    return problem('Invalid number of shape dimensions', tuple(shape), tuple(input.shape));
  }
  if (input.shape.join() !== shape.join()) {
    return problem('Invalid input shape', tuple(shape), tuple(input.shape));
  }
  const count = sizeOfShape(shape);
  const { content } = input;
  if ('bytes' in content) {
    return content.bytes === 4 * count
      ? undefined
      : problem(
          'Invalid content size of tensor proto',
          `${4 * count} bytes`,
          `${content.bytes} bytes`,
        );
  }
  return content.values === count
    ? undefined
    : problem(
        'Invalid number of values in tensor proto container',
        `${count} values`,
        `${content.values} values`,
      );
};
