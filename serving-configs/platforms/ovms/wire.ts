import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';

/** OpenVINO Model Server's APIs, according to its source code; the server was never run, so no answers were recorded. */
export default {
  rest: createRestService({ binaryHeaders: { 'content-type': 'application/json' } }),
  grpc: createGrpcService({ modelVersion: '1' }),
} satisfies PlatformWires;
