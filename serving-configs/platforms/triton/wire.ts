import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { describe } from './describe.ts';

/** Triton's APIs. */
export default {
  rest: createRestService({
    describe,
    binaryHeaders: { 'content-type': 'application/octet-stream' },
    selects: true,
    unavailable: 400,
  }),
  grpc: createGrpcService({
    describe,
    modelVersion: '1',
    selects: true,
    unknownReady: 'not ready',
  }),
} satisfies PlatformWires;
