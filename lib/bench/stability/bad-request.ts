import { TENSORS } from '../../../serving-configs/manifest.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { Target } from '../model/measurement.ts';
import { isImageFault, type RequestFault, type TensorFault } from '../model/fault.ts';
import { withBadTensors } from './bad-tensors.ts';
import { withBadValues } from './bad-values.ts';
import { withBadDeclaration, withBadTensor } from './json-tensors.ts';
import { changeField, decrementLast } from './protobuf-fields.ts';
import { changeHead, changeInput, fieldsOf, type ServingRequest } from './serving-request.ts';

/**
 * Declares another shape or type. In a wrong shape, the last axis is shorter by one. The wrong type is the 32-bit integer, so that
 * the length still fits.
 */
const withBadTensorDeclaration = (
  fault: 'tensor-wrong-shape' | 'tensor-wrong-type',
  { protocol }: Target,
  good: ServingRequest,
): ServingRequest => {
  if (protocol === 'rest') return changeHead(good, (json) => withBadDeclaration(json, fault));
  const { declared } = fieldsOf(good);
  if (declared === undefined) throw new Error(`${good.path} declares neither shape nor type`);
  const body =
    fault === 'tensor-wrong-shape'
      ? changeField(good.body, declared.shape, decrementLast)
      : changeField(good.body, declared.type, () => declared.int32);
  return { ...good, body };
};

const withTensorFault = (
  fault: TensorFault,
  target: Target,
  good: ServingRequest,
): ServingRequest => {
  if (target.encoding === 'json') {
    const json = withBadTensor(good.body.toString('latin1'), fault);
    return { ...good, body: Buffer.from(json, 'latin1') };
  }
  return fault === 'tensor-wrong-shape' || fault === 'tensor-wrong-type'
    ? withBadTensorDeclaration(fault, target, good)
    : changeInput(target, good, (floats) => withBadValues(fault, floats, 'FP32'));
};

/** Cuts off a request: JSON in the middle, and a protobuf message before its last byte, so that neither can be parsed. */
const cutOff = (target: Target, good: ServingRequest): ServingRequest => {
  if (target.protocol === 'grpc') return { ...good, body: good.body.subarray(0, -1) };
  return target.encoding === 'binary'
    ? changeHead(good, (json) => json.slice(0, json.length / 2))
    : { ...good, body: good.body.subarray(0, good.body.length / 2) };
};

/**
 * Makes a bad request from a good one, for a target that can express the fault (see `whyLeftOut`).
 *
 * @param source the file that the good request was made from: a JPEG, or a body with named tensors
 */
export const badRequestOf = async (
  fault: RequestFault,
  target: Target,
  good: ServingRequest,
  source: Buffer,
): Promise<ServingRequest> => {
  const inputs = target.payload === TENSORS ? readTensors(source, 'inputs').tensors : undefined;
  if (fault === 'malformed-json' || fault === 'malformed-protobuf') return cutOff(target, good);
  if (!isImageFault(fault)) {
    return inputs === undefined
      ? withTensorFault(fault, target, good)
      : withBadTensors(fault, target, good, inputs);
  }
  const { badImages } = await import('./bad-images.ts');
  const bad = await badImages[fault](source);
  return changeInput(target, good, () => bad);
};
