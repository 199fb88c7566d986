import type { GivenModel } from '../../serving-configs/models/model.ts';
import type { ServedModel } from '../../serving-configs/models/served-model.ts';
import { tensor } from './user-model.ts';

/** A user's model without a file. */
export const userModel: GivenModel = {
  kind: 'given',
  name: 'my-model',
  file: '/nowhere/model.json',
  formats: { onnx: '/nowhere/my-model.onnx' },
  inputs: [
    { name: 'ids', datatype: 'INT64', shape: [-1, 3] },
    { name: 'mask', datatype: 'BOOL', shape: [-1, 3] },
    { name: 'scale', datatype: 'FP32', shape: [1] },
  ],
  outputs: [
    { name: 'scores', datatype: 'FP32', shape: [-1, 2] },
    { name: 'label', datatype: 'INT64', shape: [-1] },
  ],
  example: { request: '/nowhere/request', answer: '/nowhere/answer' },
};

/** The model as a server serves it that names tensors. */
export const servedUserModel: ServedModel = { ...userModel, answers: { kind: 'tensors' } };

export const ids = tensor('ids', 'INT64', [1, 3], [101, -7, 2 ** 40]);

/** Inputs in another order than in the model, because the order has no meaning. */
export const inputs = [
  tensor('mask', 'BOOL', [1, 3], [1, 0, 1]),
  ids,
  tensor('scale', 'FP32', [1], [0.1]),
];

export const scores = tensor('scores', 'FP32', [1, 2], [0.25, -3.5]);
export const label = tensor('label', 'INT64', [1], [1]);
export const outputs = [scores, label];
