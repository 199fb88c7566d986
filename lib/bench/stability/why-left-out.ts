import { endpointOf, runningServerOf } from '../../../serving-configs/index.ts';
import { TENSORS } from '../../../serving-configs/manifest.ts';
import type { Target } from '../model/measurement.ts';
import { isImageFault, isProcessFault, isTensorFault, type Fault } from '../model/fault.ts';
import { faultyInput, type TakenInputs } from './bad-values.ts';

const carriesBareFloats = ({ serving, protocol, encoding }: Target): boolean =>
  protocol === 'grpc'
    ? endpointOf(serving, 'grpc')?.bareTensors === true
    : encoding !== 'json' && encoding !== 'binary';

/**
 * Why a target is not tested with a fault, as part of a sentence; undefined if it can be.
 *
 * @param inputs of a user's model
 */
export const whyLeftOut = (
  fault: Fault,
  target: Target,
  inputs: TakenInputs = [],
): string | undefined => {
  const { protocol, payload, encoding } = target;
  if (isProcessFault(fault)) {
    return runningServerOf(target.serving) === undefined
      ? undefined
      : 'it is a running server, and only servers that were started here are killed or paused';
  }
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
  if (!isTensorFault(fault)) return undefined;
  if (payload === 'image') return 'its requests carry an image file, not a tensor';
  if (payload === TENSORS) {
    return faultyInput(fault, target, inputs) === undefined
      ? 'its requests carry whole numbers, and none of them is a NaN'
      : undefined;
  }
  if (!carriesBareFloats(target)) return undefined;
  if (fault === 'tensor-wrong-shape') return 'its requests carry raw floats, which have no shape';
  if (fault === 'tensor-wrong-type') return 'its requests carry raw floats, which name no type';
  return undefined;
};
