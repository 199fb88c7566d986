import { OtherWeights, type FloatTensor } from './read-state-dict.ts';

/**
 * Returns the values of a tensor.
 * @throws OtherWeights if it is missing or has another shape.
 */
export type TakeTensor = (name: string, shape: readonly number[]) => Float32Array;

interface TensorTaker {
  readonly take: TakeTensor;
  /** @throws OtherWeights if a tensor has not been taken. */
  readonly assertNoOthers: () => void;
}

/**
 * Hands out the tensors of a file and checks their shapes.
 * @param network - The name of the network for messages.
 */
export const takeTensors = (
  tensors: ReadonlyMap<string, FloatTensor>,
  network: string,
): TensorTaker => {
  const left = new Set(tensors.keys());
  return {
    take: (name, shape) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new OtherWeights(`the weights have no tensor "${name}"`);
      if (tensor.shape.join() !== shape.join()) {
        throw new OtherWeights(
          `the tensor "${name}" is [${tensor.shape.join()}], ${network} has [${shape.join()}]`,
        );
      }
      left.delete(name);
      return tensor.values;
    },
    assertNoOthers: () => {
      const [unknown] = left;
      if (unknown === undefined) return;
      throw new OtherWeights(`${network} has no tensor "${unknown}"; these are other weights`);
    },
  };
};
