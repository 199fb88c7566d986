import { TENSORS } from '../../../serving-configs/manifest.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { targetId, type Target } from '../model/measurement.ts';
import { isImageFault, type RequestFault, type TensorFault } from '../model/fault.ts';
import { withBadTensors } from './bad-tensors.ts';
import { withBadValues } from './bad-values.ts';
import { withBadTensor, withOtherDeclaration } from './json-tensors.ts';
import { changeField, withLastLess } from './protobuf-fields.ts';
import { changeHead, changeInput, fieldsOf, type ServingRequest } from './serving-request.ts';
import { whyLeftOut } from './why-left-out.ts';

/**
 * Of a wrong shape, the last axis is one shorter. The wrong type is that of 32-bit integers: the lengths fit, so that the type
 * alone is wrong.
 */
const withBadDeclaration = (
  fault: 'tensor-wrong-shape' | 'tensor-wrong-type',
  { protocol }: Target,
  good: ServingRequest,
): ServingRequest => {
  if (protocol === 'rest') return changeHead(good, (json) => withOtherDeclaration(json, fault));
  const { declared } = fieldsOf(good);
  if (declared === undefined) throw new Error(`${good.path} declares neither shape nor type`);
  const body =
    fault === 'tensor-wrong-shape'
      ? changeField(good.body, declared.shape, withLastLess)
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
    ? withBadDeclaration(fault, target, good)
    : changeInput(target, good, (floats) => withBadValues(fault, floats, 'FP32'));
};

/** JSON that is cut off in the middle cannot be parsed, and no message whose last byte is missing. */
const cutOff = (target: Target, good: ServingRequest): ServingRequest => {
  if (target.protocol === 'grpc') return { ...good, body: good.body.subarray(0, -1) };
  return target.encoding === 'binary'
    ? changeHead(good, (json) => json.slice(0, json.length / 2))
    : { ...good, body: good.body.subarray(0, good.body.length / 2) };
};

/**
 * The bad request made from the good one.
 *
 * @param source what the good request was made from: a JPEG file, or a body with named tensors
 * @throws Error where the target cannot express the fault
 */
export const badRequestOf = async (
  fault: RequestFault,
  target: Target,
  good: ServingRequest,
  source: Buffer,
): Promise<ServingRequest> => {
  const inputs = target.payload === TENSORS ? readTensors(source, 'inputs').tensors : undefined;
  const why = whyLeftOut(fault, target, inputs);
  if (why !== undefined) throw new Error(`${targetId(target)} cannot express ${fault}: ${why}`);
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
