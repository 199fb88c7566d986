/** The models that servers serve, with the names that each server has for them. */
import type { ModelContract } from '../manifest.ts';
import { classifierInputs } from './input/classifier.ts';
import { shapeOf } from './input/image-input.ts';
import { CLASS_COUNT } from './labels.ts';
import type { GivenModel, Model } from './model.ts';
import type { TensorSpec } from './tensors/tensor-spec.ts';

/** A model as one server serves it. */
export interface ServedModel extends Pick<Model, 'name' | 'inputs' | 'outputs' | 'image'> {
  /**
   * What a server answers whose protocol has no tensors: the best classes of an image, or of the floats of the only input, by the scores
   * in the only output; or all outputs, to all inputs.
   */
  readonly answers:
    | { readonly kind: 'classes'; readonly scores: ModelContract['output'] }
    | { readonly kind: 'tensors' };
}

/**
 * What the scores of the classes are.
 * @throws Error if the model answers tensors.
 */
export const scoreKindOf = ({ name, answers }: ServedModel): ModelContract['output'] => {
  if (answers.kind === 'classes') return answers.scores;
  throw new Error(`${name} answers no classes`);
};

/** The shape of the classifier's input. */
export const inputShape = ({ layout }: Pick<ModelContract, 'layout'>): readonly number[] =>
  shapeOf(layout, classifierInputs[layout]);

/** The shape of the classifier's output. */
export const SCORES_SHAPE: readonly number[] = [1, CLASS_COUNT];

/** The tensors of the model that we export for TensorFlow. Protocols other than its own do not transmit these names. */
const EXPORTED = { input: 'image', output: 'probs' };

const servedBuilt = (contract: ModelContract): ServedModel => {
  const { name, layout, output: scores } = contract;
  const { input, output } = contract.tensors ?? EXPORTED;
  return {
    name,
    inputs: [{ name: input, datatype: 'FP32', shape: inputShape(contract) }],
    outputs: [{ name: output, datatype: 'FP32', shape: SCORES_SHAPE }],
    image: { ...classifierInputs[layout], input },
    answers: { kind: 'classes', scores },
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
  model.kind === 'built' ? servedBuilt(contract) : servedGiven(contract, model);

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
