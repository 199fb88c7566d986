/** The models that servers serve, with the names that each server has for them. */
import type { ModelContract } from '../manifest.ts';
import { classifierInputs } from './input/classifier.ts';
import { shapeOf } from './input/image-input.ts';
import { CLASS_COUNT } from './labels.ts';
import type { Model } from './model.ts';
import { numberedModel } from './tensors/numbered-tensors.ts';
import type { TensorModel } from './tensors/tensor-model.ts';

/** A model as one server serves it. */
export interface ServedModel extends Pick<TensorModel, 'name' | 'inputs' | 'outputs'> {
  /** What the values of the only output are, if they are the scores of classes. */
  readonly scores?: ModelContract['output'];
}

/** The shape of the classifier's input. */
export const inputShape = ({ layout }: Pick<ModelContract, 'layout'>): readonly number[] =>
  shapeOf(layout, classifierInputs[layout]);

/** The shape of the classifier's output. */
export const SCORES_SHAPE: readonly number[] = [1, CLASS_COUNT];

/** The tensors of the model that we export for TensorFlow. Protocols other than its own do not transmit these names. */
const EXPORTED = { input: 'image', output: 'probs' };

/** The classifier as a server serves it. */
export const servedClassifier = (model: ModelContract): ServedModel => {
  const { input, output } = model.tensors ?? EXPORTED;
  return {
    name: model.name,
    inputs: [{ name: input, datatype: 'FP32', shape: inputShape(model) }],
    outputs: [{ name: output, datatype: 'FP32', shape: SCORES_SHAPE }],
    scores: model.output,
  };
};

/** The tensors of the classifier; undefined if the platform's protocol does not name them. */
export const contractTensors = (
  model: ModelContract,
): Pick<TensorModel, 'inputs' | 'outputs'> | undefined => {
  if (model.tensors === undefined) return undefined;
  const { inputs, outputs } = servedClassifier(model);
  return { inputs, outputs };
};

/**
 * A user's model as a server serves it.
 *
 * @param contract - Has the server's name for the model, and whether it numbers tensors instead of naming them.
 */
export const servedTensors = (contract: ModelContract, model: TensorModel): ServedModel => {
  const { inputs, outputs } = numberedModel(contract, model);
  return { name: contract.name, inputs, outputs };
};

/** A model as a server serves it. */
export const servedModelOf = (contract: ModelContract, model: Model): ServedModel =>
  model.kind === 'described' ? servedTensors(contract, model.tensors) : servedClassifier(contract);
