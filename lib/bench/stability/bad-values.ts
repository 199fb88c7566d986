import { runningServerOf } from '../../../serving-configs/index.ts';
import { placeholdersIn } from '../../../serving-configs/models/tensors/json-contract.ts';
import {
  DATATYPES,
  type Datatype,
  type TensorSpec,
} from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { TensorFault } from '../model/fault.ts';
import type { Target } from '../model/measurement.ts';
import { NAN_COUNT } from './json-tensors.ts';

/** The inputs of a user's model, with the properties that faults depend on. */
export type ModelInputs = readonly Pick<TensorSpec, 'name' | 'datatype'>[];

/** A quiet NaN, little-endian. */
const NAN: Readonly<Partial<Record<Datatype, Buffer>>> = {
  FP32: Buffer.from('0000c07f', 'hex'),
  FP16: Buffer.from('007e', 'hex'),
};

/** Puts a fault into the bytes of values. Returns the same bytes if the fault is in the declared shape or type. */
export const withBadValues = (fault: TensorFault, bytes: Buffer, datatype: Datatype): Buffer => {
  const size = DATATYPES[datatype].bytes;
  if (fault === 'tensor-nan') {
    const nan = NAN[datatype] ?? Buffer.alloc(size);
    return Buffer.from(bytes).fill(nan, 0, Math.min(NAN_COUNT * size, bytes.length));
  }
  if (fault === 'tensor-too-long') return Buffer.concat([bytes, bytes]);
  if (fault !== 'tensor-too-short') return bytes;
  return bytes.subarray(0, Math.floor(bytes.length / size / 2) * size);
};

/** The name of the model's input that gets the fault: the first that is sent and can have it; undefined if none can. */
export const faultyInput = (
  fault: TensorFault,
  { serving }: Pick<Target, 'serving'>,
  inputs: ModelInputs,
): string | undefined => {
  const body = runningServerOf(serving)?.json?.body;
  const sent = body === undefined ? undefined : placeholdersIn(body);
  return inputs.find(
    ({ name, datatype }) =>
      (sent === undefined || sent.includes(name)) &&
      (fault !== 'tensor-nan' || NAN[datatype] !== undefined),
  )?.name;
};
