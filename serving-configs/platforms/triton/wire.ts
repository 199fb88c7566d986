import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';

/** Triton's APIs. */
export default {
  rest: createRestService({ binaryHeaders: { 'content-type': 'application/octet-stream' } }),
  grpc: createGrpcService({ modelVersion: '1' }),
} satisfies PlatformWires;
