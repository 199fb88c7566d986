import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { modelMetadata, type DescribeServer } from '../../protocols/open-inference/served-model.ts';

const describe: DescribeServer = (served) => ({
  server: { name: 'OpenVINO Model Server', version: served.version, extensions: [] },
  model: modelMetadata(served, { versions: ['1'], platform: 'OpenVINO' }),
});

/** OpenVINO Model Server's APIs, according to its source code; the server was never run, so no answers were recorded. */
export default {
  rest: createRestService({
    describe,
    binaryHeaders: { 'content-type': 'application/json' },
  }),
  grpc: createGrpcService({ describe, modelVersion: '1' }),
} satisfies PlatformWires;
