import { readFileSync } from 'node:fs';
import { compareTensors } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  readTensors,
  UnreadableTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorExpectation } from './job.ts';

const tensorsOf = (body: Buffer): readonly NamedTensor[] => readTensors(body, 'outputs').tensors;

/** Most servers compute the same bits, and to see that takes a small part of a comparison. */
const areSame = (right: readonly NamedTensor[], answered: readonly NamedTensor[]): boolean =>
  right.every(({ name, shape, bytes }) => {
    const given = answered.find((one) => one.name === name);
    return given?.shape.join() === shape.join() && Buffer.compare(given.bytes, bytes) === 0;
  });

/**
 * Says whether the body of a 200 holds the right outputs for the request that was sent.
 *
 * @throws Error if a right answer cannot be read
 */
export const createTensorCheck = ({
  answers,
  checks,
}: TensorExpectation): ((body: Buffer, image: number) => boolean) => {
  const known = new Map<string, readonly NamedTensor[]>();
  for (const file of answers) {
    if (!known.has(file)) known.set(file, tensorsOf(readFileSync(file)));
  }
  const right = answers.map((file) => known.get(file) ?? []);
  return (body, image) => {
    const expected = right[image] ?? [];
    try {
      const answered = tensorsOf(body);
      return areSame(expected, answered) || compareTensors(expected, answered, checks).passed;
    } catch (error) {
      if (error instanceof UnreadableTensors) return false;
      throw error;
    }
  };
};
