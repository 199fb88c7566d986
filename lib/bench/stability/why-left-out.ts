import { endpointOf, runningServerOf } from '../../../serving-configs/index.ts';
import { TENSORS } from '../../../serving-configs/manifest.ts';
import type { Target } from '../model/measurement.ts';
import {
  isImageFault,
  isProcessFault,
  isTensorFault,
  type Fault,
  type TensorFault,
} from '../model/fault.ts';
import { faultyInput, type ModelInputs } from './bad-values.ts';

/** Whether the requests of a target carry a tensor as bytes alone, without its shape and type. */
const carriesBareFloats = ({ serving, protocol, encoding }: Target): boolean =>
  protocol === 'grpc'
    ? endpointOf(serving, 'grpc')?.bareTensors === true
    : encoding !== 'json' && encoding !== 'binary';

const whyNoTensorFault = (
  fault: TensorFault,
  target: Target,
  inputs: ModelInputs,
): string | undefined => {
  if (target.payload === 'image') return 'its requests carry an image file, not a tensor';
  if (target.payload === TENSORS) {
    return faultyInput(fault, target, inputs) === undefined
      ? 'its requests carry whole numbers, and none of them is a NaN'
      : undefined;
  }
  if (!carriesBareFloats(target)) return undefined;
  if (fault === 'tensor-wrong-shape') return 'its requests carry raw floats, which have no shape';
  if (fault === 'tensor-wrong-type') return 'its requests carry raw floats, which name no type';
  return undefined;
};

/**
 * Why a target cannot be tested with a fault, as a clause for a sentence; undefined if it can.
 *
 * @param inputs the inputs of a user's model
 */
export const whyLeftOut = (
  fault: Fault,
  target: Target,
  inputs: ModelInputs = [],
): string | undefined => {
  const { serving, protocol, payload, encoding } = target;
  if (isTensorFault(fault)) return whyNoTensorFault(fault, target, inputs);
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
