import { GRPC_STATUS, type GrpcWire } from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import { createGrpcService, rawResponse } from '../../protocols/open-inference/grpc-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

const { INTERNAL, INVALID_ARGUMENT, UNAVAILABLE } = GRPC_STATUS;

const VERSION = '1';

/** Triton's gRPC API. Statuses are those recorded from server 2.51.0. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  return createGrpcService({
    model,
    version: VERSION,
    statuses: {
      unreadable: INTERNAL,
      tensor: INVALID_ARGUMENT,
      size: INVALID_ARGUMENT,
      notReady: UNAVAILABLE,
      overloaded: UNAVAILABLE,
    },
    // Bytes also where the request had its values as numbers.
    respond: (values, { id }) => rawResponse(model, VERSION, id, values),
  });
};

export default createGrpcWire;
