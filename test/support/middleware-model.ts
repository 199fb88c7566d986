import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';

const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** A model of a user, of which nothing is there but its description. */
export const userModel: TensorModel = {
  name: 'my-model',
  file: '/nowhere/my-model.onnx',
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

export const ids = {
  name: 'ids',
  datatype: 'INT64',
  shape: [1, 3],
  bytes: bytesOf(new BigInt64Array([101n, -7n, 2n ** 40n])),
} as const satisfies NamedTensor;

/** Some inputs of it; in another order than in its description, as that tells nothing. */
export const inputs: readonly NamedTensor[] = [
  { name: 'mask', datatype: 'BOOL', shape: [1, 3], bytes: new Uint8Array([1, 0, 1]) },
  ids,
  { name: 'scale', datatype: 'FP32', shape: [1], bytes: bytesOf(new Float32Array([0.1])) },
];

export const scores = {
  name: 'scores',
  datatype: 'FP32',
  shape: [1, 2],
  bytes: bytesOf(new Float32Array([0.25, -3.5])),
} as const satisfies NamedTensor;

export const label = {
  name: 'label',
  datatype: 'INT64',
  shape: [1],
  bytes: bytesOf(new BigInt64Array([1n])),
} as const satisfies NamedTensor;

export const outputs: readonly NamedTensor[] = [scores, label];

/** Tensors that can be compared, wherever their bytes lie. */
export const plain = (tensors: readonly NamedTensor[]) =>
  tensors.map(({ name, datatype, shape, bytes }) => ({
    name,
    datatype,
    shape,
    bytes: [...bytes],
  }));
