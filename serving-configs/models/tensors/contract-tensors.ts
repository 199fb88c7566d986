import type { ModelContract } from '../../manifest.ts';
import { classifierInputs } from '../input/classifier.ts';
import { shapeOf } from '../input/image-input.ts';
import { CLASS_COUNT } from '../labels.ts';
import type { TensorModel } from './tensor-model.ts';

/** The shape of the classifier's input. */
export const inputShape = ({ layout }: Pick<ModelContract, 'layout'>): readonly number[] =>
  shapeOf(layout, classifierInputs[layout]);

/** The shape of the classifier's output. */
export const SCORES_SHAPE: readonly number[] = [1, CLASS_COUNT];

/** The tensors of the classifier; undefined if the platform's protocol does not name them. */
export const contractTensors = (
  model: ModelContract,
): Pick<TensorModel, 'inputs' | 'outputs'> | undefined =>
  model.tensors && {
    inputs: [{ name: model.tensors.input, datatype: 'FP32', shape: inputShape(model) }],
    outputs: [{ name: model.tensors.output, datatype: 'FP32', shape: SCORES_SHAPE }],
  };
