/** The models that servers serve, with the names that each server has for them. */
import type { ModelContract } from '../manifest.ts';
import { shapeOf } from './input/image-input.ts';
import type { ClassLabels } from './labels.ts';
import type { BuiltModel, GivenModel, Model } from './model.ts';
import type { TensorSpec } from './tensors/tensor-spec.ts';

/** The best classes of an image, or of the floats of the only input, by the scores in the only output. */
export interface ServedClasses {
  readonly kind: 'classes';
  readonly scores: ModelContract['output'];
  readonly labels: ClassLabels;
}

/** A model as one server serves it. */
export interface ServedModel extends Pick<Model, 'name' | 'inputs' | 'outputs' | 'image'> {
  /** What a server answers whose protocol has no tensors: the best classes; or all outputs, to all inputs. */
  readonly answers: ServedClasses | { readonly kind: 'tensors' };
}

/** @throws Error if the model answers tensors. */
export const servedClassesOf = ({ name, answers }: ServedModel): ServedClasses => {
  if (answers.kind === 'classes') return answers;
  throw new Error(`${name} answers no classes`);
};

/** The tensors of the model that we export for TensorFlow. Protocols other than its own do not transmit these names. */
const EXPORTED = { input: 'image', output: 'probs' };

const servedBuilt = (
  { name, layout, output: scores, tensors = EXPORTED }: ModelContract,
  { images, outputs, labels }: BuiltModel,
): ServedModel => {
  const image = { ...images[layout], input: tensors.input };
  return {
    name,
    inputs: [{ name: tensors.input, datatype: 'FP32', shape: shapeOf(layout, image) }],
    outputs: outputs.map((spec) => ({ ...spec, name: tensors.output })),
    image,
    answers: { kind: 'classes', scores, labels },
  };
};

/** Names of protocols that number tensors instead of naming them: `INPUT__0`, `INPUT__1`, … in the order of the model. */
const withNumbers = (specs: readonly TensorSpec[], first: string): readonly TensorSpec[] =>
  specs.map((spec, index) => ({ ...spec, name: first.replace(/\d+$/, String(index)) }));

const servedGiven = (
  { name, tensors }: ModelContract,
  { inputs, outputs, image }: Pick<GivenModel, 'inputs' | 'outputs' | 'image'>,
): ServedModel => {
  const named =
    tensors?.areNumbered === true
      ? {
          inputs: withNumbers(inputs, tensors.input),
          outputs: withNumbers(outputs, tensors.output),
        }
      : { inputs, outputs };
  const [{ name: input } = { name: '' }] = named.inputs;
  return {
    name,
    ...named,
    ...(image && { image: { ...image, input } }),
    answers: { kind: 'tensors' },
  };
};

/**
 * A model as a server serves it.
 *
 * @param contract - The server's facts about a model that is built for it, and its name for any model.
 */
export const servedModelOf = (contract: ModelContract, model: Model): ServedModel =>
  model.kind === 'built' ? servedBuilt(contract, model) : servedGiven(contract, model);

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
