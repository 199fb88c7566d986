import { randomUUID } from 'node:crypto';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';

/** KServe's APIs of protocol version 2. */
export default {
  rest: createRestService({
    headers: { server: 'uvicorn' },
    frame: () => ({ head: { model_version: null, id: randomUUID() } }),
    binaryHeaders: {},
  }),
  grpc: createGrpcService({ modelVersion: '' }),
} satisfies PlatformWires;
