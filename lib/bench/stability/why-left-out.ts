import { runningServerOf } from '../../../serving-configs/index.ts';
import type { Target } from '../model/measurement.ts';
import { isImageFault, isProcessFault, type Fault } from '../model/fault.ts';

/** Why a target cannot be tested with a fault, as a clause for a sentence; undefined if it can. */
export const whyLeftOut = (
  fault: Fault,
  { serving, protocol, payload, encoding }: Target,
): string | undefined => {
  if (fault === 'malformed-protobuf') {
    return protocol === 'grpc' ? undefined : 'its requests are not protobuf messages';
  }
  if (fault === 'malformed-json') {
    const hasJson = protocol === 'rest' && encoding !== 'raw' && encoding !== 'form';
    return hasJson ? undefined : 'its requests are not JSON';
  }
  if (isImageFault(fault)) {
    return payload === 'image' ? undefined : 'its requests carry a tensor, not an image file';
  }
  return isProcessFault(fault) && runningServerOf(serving) !== undefined
    ? 'it is a running server, and only servers that were started here are killed or paused'
    : undefined;
};
