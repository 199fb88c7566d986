import { GRPC_STATUS, type GrpcWire } from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import {
  createGrpcService,
  rawResponse,
  typedResponse,
} from '../../protocols/open-inference/grpc-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED } = GRPC_STATUS;

const VERSION = '1';

/** OpenVINO Model Server's gRPC API. Statuses are those of its source; nothing was recorded. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  return createGrpcService({
    model,
    version: VERSION,
    statuses: {
      unreadable: INTERNAL,
      tensor: INVALID_ARGUMENT,
      size: INVALID_ARGUMENT,
      notReady: NOT_FOUND,
      overloaded: RESOURCE_EXHAUSTED,
    },
    respond: (values, { id, isRaw }) =>
      (isRaw ? rawResponse : typedResponse)(model, VERSION, id, values),
  });
};

export default createGrpcWire;
