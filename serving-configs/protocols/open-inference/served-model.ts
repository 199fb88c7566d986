import type { ModelContract } from '../../manifest.ts';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import { bytesOf, type WireOutput } from '../wire.ts';

/** The names of the model's tensors, which this protocol carries. */
export const tensorsOf = ({ name, tensors }: ModelContract): NonNullable<typeof tensors> => {
  if (tensors === undefined) throw new Error(`the manifest of ${name} names no tensors`);
  return tensors;
};

/** Whether a tensor of a request is the one that the model takes, as far as its description says. */
export const isInputOf = (
  model: ModelContract,
  asked: {
    readonly name: unknown;
    readonly datatype: unknown;
    readonly shape: { readonly join: () => string };
  },
): boolean =>
  asked.name === tensorsOf(model).input &&
  asked.datatype === 'FP32' &&
  asked.shape.join() === inputShape(model).join();

/** What the model answers, as tensors: one of scores has the manifest's name. */
export const outputsOf = (model: ModelContract, output: WireOutput): readonly NamedTensor[] =>
  output instanceof Float32Array
    ? [
        {
          name: tensorsOf(model).output,
          datatype: 'FP32',
          shape: [1, output.length],
          bytes: bytesOf(output),
        },
      ]
    : output;
