/** Tensors of protocols that have places for them instead of names: `INPUT__0`, `INPUT__1`, … in the order of the model's. */
import type { ModelContract } from '../../manifest.ts';
import type { TensorModel, TensorSpec } from './tensor-model.ts';

const inPlaces = (specs: readonly TensorSpec[], first: string): readonly TensorSpec[] =>
  specs.map((spec, place) => ({ ...spec, name: first.replace(/\d+$/, String(place)) }));

/** A user's model as a server calls its tensors: by its own names, or by their places. */
export const placedModel = <Model extends Pick<TensorModel, 'inputs' | 'outputs'>>(
  { tensors }: Pick<ModelContract, 'tensors'>,
  model: Model,
): Model =>
  tensors?.byPlace === true
    ? {
        ...model,
        inputs: inPlaces(model.inputs, tensors.input),
        outputs: inPlaces(model.outputs, tensors.output),
      }
    : model;

/** Tensors with the names that others in the same places have; those of other names stay as they are. */
export const renamed = <Tensor extends { readonly name: string }>(
  tensors: readonly Tensor[],
  from: readonly TensorSpec[],
  to: readonly TensorSpec[],
): readonly Tensor[] =>
  tensors.map((tensor) => {
    const place = from.findIndex(({ name }) => name === tensor.name);
    return { ...tensor, name: to[place]?.name ?? tensor.name };
  });
