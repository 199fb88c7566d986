import { randomUUID } from 'node:crypto';
import { GRPC_STATUS, type GrpcWire } from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import { createGrpcService, rawResponse } from '../../protocols/open-inference/grpc-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

const { INTERNAL, INVALID_ARGUMENT, UNAVAILABLE, UNKNOWN } = GRPC_STATUS;

/** KServe's gRPC API. Statuses are those recorded from release 0.21.0; it does not look at versions. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  return createGrpcService({
    model,
    version: '',
    statuses: {
      unreadable: UNKNOWN,
      tensor: INVALID_ARGUMENT,
      size: INTERNAL,
      notReady: UNAVAILABLE,
      overloaded: UNAVAILABLE,
    },
    // The model answers in bytes, also where the request had its values as numbers.
    respond: (values, { id }) => rawResponse(model, '', id || randomUUID(), values),
  });
};

export default createGrpcWire;
