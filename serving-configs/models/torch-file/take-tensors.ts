import type { NamedTensor } from './tensors.ts';
import { UnreadableFile } from './byte-reader.ts';

interface TensorTaker {
  /**
   * The values of a tensor.
   * @throws UnreadableFile where it is missing or of another shape.
   */
  readonly take: (name: string, shape: readonly number[]) => Float32Array;
  /** @throws UnreadableFile where a tensor has not been taken. */
  readonly assertNoOthers: () => void;
}

/**
 * Hands out the tensors of a file, each of the shape that the network needs.
 * @param network - What it is called in messages.
 */
export const takeTensors = (
  tensors: ReadonlyMap<string, NamedTensor>,
  network: string,
): TensorTaker => {
  const left = new Set(tensors.keys());
  return {
    take: (name, shape) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new UnreadableFile(`the weights have no tensor "${name}"`);
      if (tensor.shape.join() !== shape.join()) {
        throw new UnreadableFile(
          `the tensor "${name}" is [${tensor.shape.join()}], ${network} has [${shape.join()}]`,
        );
      }
      left.delete(name);
      return tensor.values;
    },
    assertNoOthers: () => {
      const [stranger] = left;
      if (stranger === undefined) return;
      throw new UnreadableFile(`${network} has no tensor "${stranger}"; these are other weights`);
    },
  };
};
