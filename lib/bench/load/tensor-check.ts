import { readFileSync } from 'node:fs';
import { compareTensors } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  readTensors,
  UnreadableTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorExpectation } from './job.ts';

const tensorsOf = (body: Buffer): readonly NamedTensor[] => readTensors(body, 'outputs').tensors;

/** Whether both hold the same bits. Most servers return them, and this is much cheaper than comparing values. */
const areSame = (expected: readonly NamedTensor[], answered: readonly NamedTensor[]): boolean =>
  expected.every(({ name, shape, bytes }) => {
    const output = answered.find((tensor) => tensor.name === name);
    return output?.shape.join() === shape.join() && Buffer.compare(output.bytes, bytes) === 0;
  });

/**
 * Creates a function that checks whether the body of a 200 holds the correct outputs for the image that was sent.
 *
 * @throws Error if a file with expected outputs cannot be read
 */
export const createTensorCheck = ({
  answers,
  checks,
}: TensorExpectation): ((body: Buffer, image: number) => boolean) => {
  const tensorsByFile = new Map<string, readonly NamedTensor[]>();
  for (const file of answers) {
    if (!tensorsByFile.has(file)) tensorsByFile.set(file, tensorsOf(readFileSync(file)));
  }
  const tensorsByImage = answers.map((file) => tensorsByFile.get(file) ?? []);
  return (body, image) => {
    const expected = tensorsByImage[image] ?? [];
    try {
      const answered = tensorsOf(body);
      return areSame(expected, answered) || compareTensors(expected, answered, checks).passed;
    } catch (error) {
      if (error instanceof UnreadableTensors) return false;
      throw error;
    }
  };
};
