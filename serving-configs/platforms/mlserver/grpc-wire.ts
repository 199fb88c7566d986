import { GRPC_STATUS, type GrpcWire } from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import {
  createGrpcService,
  rawResponse,
  typedResponse,
} from '../../protocols/open-inference/grpc-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

const VERSION = '1';
const { INTERNAL, INVALID_ARGUMENT, UNAVAILABLE, UNKNOWN } = GRPC_STATUS;

/** MLServer's gRPC API. Statuses are those recorded from release 1.7.1. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  return createGrpcService({
    model,
    version: VERSION,
    statuses: {
      unreadable: UNKNOWN,
      tensor: INVALID_ARGUMENT,
      size: INTERNAL,
      notReady: INVALID_ARGUMENT,
      overloaded: UNAVAILABLE,
    },
    respond: (values, { id, isRaw }) => {
      if (!isRaw) return typedResponse(model, VERSION, id, values);
      const response = rawResponse(model, VERSION, id, values);
      // The description of an output has its message of numbers also where that is empty.
      const outputs = response.outputs.map((output) => ({ ...output, contents: {} }));
      return { ...response, outputs };
    },
  });
};

export default createGrpcWire;
