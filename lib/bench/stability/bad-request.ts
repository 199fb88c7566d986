import { targetId, type Target } from '../model/measurement.ts';
import type { RequestFault, TensorFault } from '../model/fault.ts';
import { NAN_COUNT, withBadTensor, withOtherDeclaration } from './json-tensors.ts';
import { changeField, withLastLess } from './protobuf-fields.ts';
import { changeHead, changeInput, fieldsOf, type ServingRequest } from './serving-request.ts';
import { isImageFault, whyInexpressible } from './why-inexpressible.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
/** A quiet NaN as a little-endian 32-bit float. */
const NAN = Buffer.from('0000c07f', 'hex');

const floatChanges = {
  'tensor-nan': (floats: Buffer) =>
    Buffer.from(floats).fill(NAN, 0, Math.min(NAN_COUNT * FLOAT_BYTES, floats.length)),
  'tensor-too-long': (floats: Buffer) => Buffer.concat([floats, floats]),
  'tensor-too-short': (floats: Buffer) =>
    floats.subarray(0, Math.floor(floats.length / FLOAT_BYTES / 2) * FLOAT_BYTES),
} as const;

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
    : changeInput(target, good, floatChanges[fault]);
};

/** JSON and messages that are cut off in the middle cannot be parsed; a message's last field is its long one. */
const cutOff = (target: Target, good: ServingRequest): ServingRequest =>
  target.encoding === 'binary'
    ? changeHead(good, (json) => json.slice(0, json.length / 2))
    : { ...good, body: good.body.subarray(0, good.body.length / 2) };

/**
 * The bad request made from the good one.
 *
 * @param image the JPEG file that the good request was made from
 * @throws Error where the target cannot express the fault
 */
export const badRequestOf = async (
  fault: RequestFault,
  target: Target,
  good: ServingRequest,
  image: Buffer,
): Promise<ServingRequest> => {
  const why = whyInexpressible(fault, target);
  if (why !== undefined) throw new Error(`${targetId(target)} cannot express ${fault}: ${why}`);
  if (fault === 'malformed-json' || fault === 'malformed-protobuf') return cutOff(target, good);
  if (!isImageFault(fault)) return withTensorFault(fault, target, good);
  const { badImages } = await import('./bad-images.ts');
  const bad = await badImages[fault](image);
  return changeInput(target, good, () => bad);
};
