/** The tensors of protocols that number them instead of naming them: `INPUT__0`, `INPUT__1`, … in the order of the model. */
import type { ModelContract } from '../../manifest.ts';
import type { TensorModel, TensorSpec } from './tensor-model.ts';

const withNumbers = (specs: readonly TensorSpec[], first: string): readonly TensorSpec[] =>
  specs.map((spec, index) => ({ ...spec, name: first.replace(/\d+$/, String(index)) }));

/** A user's model with the tensor names that a server uses: those of the model, or numbered ones. */
export const numberedModel = <Model extends Pick<TensorModel, 'inputs' | 'outputs'>>(
  { tensors }: Pick<ModelContract, 'tensors'>,
  model: Model,
): Model =>
  tensors?.areNumbered === true
    ? {
        ...model,
        inputs: withNumbers(model.inputs, tensors.input),
        outputs: withNumbers(model.outputs, tensors.output),
      }
    : model;

/** Renames tensors from the names in one list to those at the same positions in another. Unknown names stay. */
export const renamed = <Tensor extends { readonly name: string }>(
  tensors: readonly Tensor[],
  from: readonly TensorSpec[],
  to: readonly TensorSpec[],
): readonly Tensor[] =>
  from === to
    ? tensors
    : tensors.map((tensor) => {
        const index = from.findIndex(({ name }) => name === tensor.name);
        return { ...tensor, name: to[index]?.name ?? tensor.name };
      });
