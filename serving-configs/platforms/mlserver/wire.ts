import { randomUUID } from 'node:crypto';
import { GRPC_STATUS, type PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { modelMetadata, type DescribeServer } from '../../protocols/open-inference/served-model.ts';

const describe: DescribeServer = (served) => ({
  server: { name: 'mlserver', version: served.version, extensions: [] },
  model: modelMetadata(served, { versions: [], platform: 'onnxruntime' }),
  index: [{ name: served.model.name, version: '1', state: 'READY' }],
});

const rest = createRestService({
  describe,
  headers: { server: 'uvicorn' },
  frame: (model, id = randomUUID()) => ({
    head: { id },
    // Its answers are CloudEvents.
    headers: {
      'ce-specversion': '0.3',
      'ce-source': 'io.seldon.serving.deployment.mlserver',
      'ce-type': 'io.seldon.serving.inference.response',
      'ce-modelid': model,
      'ce-inferenceservicename': 'mlserver',
      'ce-endpoint': model,
      'ce-id': id,
      'ce-requestid': id,
    },
  }),
});

/** MLServer's APIs; REST takes only JSON. */
export default {
  rest: (served) => ({ ...rest(served), needsHost: true }),
  grpc: createGrpcService({
    describe,
    modelVersion: '1',
    unknownReady: GRPC_STATUS.UNKNOWN,
  }),
} satisfies PlatformWires;
