import { randomUUID } from 'node:crypto';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';

/** MLServer's APIs; REST takes only JSON. */
export default {
  rest: createRestService({
    headers: { server: 'uvicorn' },
    frame: (model) => {
      const id = randomUUID();
      return {
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
      };
    },
  }),
  grpc: createGrpcService({ modelVersion: '1' }),
} satisfies PlatformWires;
