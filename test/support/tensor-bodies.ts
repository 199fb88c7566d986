import {
  writeTensors,
  type TensorEncoding,
} from '../../serving-configs/models/tensors/tensor-body.ts';

/** The body of an answer with one output, `scores`. */
export const scoresBody = (
  values: readonly number[],
  encoding: TensorEncoding = 'binary',
  shape: readonly number[] = [1, values.length],
): Buffer => {
  const bytes = new Uint8Array(new Float32Array(values).buffer);
  const scores = { name: 'scores', datatype: 'FP32', shape, bytes } as const;
  return Buffer.concat(writeTensors([scores], 'outputs', encoding).body);
};
