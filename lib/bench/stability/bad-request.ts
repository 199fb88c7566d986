import type { Target } from '../model/measurement.ts';
import type { ImageFault, MessageFault } from '../model/fault.ts';
import { changeHead, changeImage, type ServableRequest } from './serving-request.ts';

/** Cuts off a request: JSON in the middle, and a protobuf message before its last byte, so that neither can be parsed. */
const cutOff = (target: Target, good: ServableRequest): ServableRequest => {
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
  fault: ImageFault | MessageFault,
  target: Target,
  good: ServableRequest,
  source: Buffer,
): Promise<ServableRequest> => {
  if (fault === 'malformed-json' || fault === 'malformed-protobuf') return cutOff(target, good);
  const { badImages } = await import('./bad-images.ts');
  const bad = await badImages[fault](source);
  return changeImage(target, good, bad);
};
