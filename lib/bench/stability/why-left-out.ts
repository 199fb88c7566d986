import { oneOf, type Static } from '../../../serving-configs/schema.ts';
import { isRunningServer } from '../../../serving-configs/index.ts';
import type { Target } from '../model/measurement.ts';
import { isImageFault, isProcessFault, type Fault } from '../model/fault.ts';

export const leftOutReasonSchema = oneOf(
  ['not-protobuf', 'not-json', 'no-image', 'running-server'],
  'Why a target cannot be tested with a fault: what its requests are not or carry, or that others run it.',
);
export type LeftOutReason = Static<typeof leftOutReasonSchema>;

/** Why a target cannot be tested with a fault; undefined if it can. */
export const whyLeftOut = (
  fault: Fault,
  { serving, protocol, payload, encoding }: Target,
): LeftOutReason | undefined => {
  if (fault === 'malformed-protobuf') {
    return protocol === 'grpc' ? undefined : 'not-protobuf';
  }
  if (fault === 'malformed-json') {
    const hasJson = protocol === 'rest' && encoding !== 'raw' && encoding !== 'form';
    return hasJson ? undefined : 'not-json';
  }
  if (isImageFault(fault)) {
    return payload === 'image' ? undefined : 'no-image';
  }
  return isProcessFault(fault) && isRunningServer(serving) ? 'running-server' : undefined;
};
