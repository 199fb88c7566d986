import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';

/** OpenVINO Model Server's APIs, from its source: no package brings the server, so nothing was recorded. */
export default {
  rest: createRestService({ binaryHeaders: { 'content-type': 'application/json' } }),
  grpc: createGrpcService('1'),
} satisfies PlatformWires;
