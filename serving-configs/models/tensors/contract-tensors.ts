import type { ModelContract } from '../../manifest.ts';
import type { TensorModel } from './tensor-model.ts';

const CLASS_COUNT = 1000;

/** The shape of the input of a model of 224×224 pixels. */
export const inputShape = ({ layout }: Pick<ModelContract, 'layout'>): readonly number[] =>
  layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3];

/** The tensors of a model of ours, where the platform's protocol names them. */
export const contractTensors = (
  model: ModelContract,
): Pick<TensorModel, 'inputs' | 'outputs'> | undefined =>
  model.tensors && {
    inputs: [{ name: model.tensors.input, datatype: 'FP32', shape: inputShape(model) }],
    outputs: [{ name: model.tensors.output, datatype: 'FP32', shape: [1, CLASS_COUNT] }],
  };
