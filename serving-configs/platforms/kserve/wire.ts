import { randomUUID } from 'node:crypto';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createGrpcService } from '../../protocols/open-inference/grpc-service.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { modelMetadata, type DescribeServer } from '../../protocols/open-inference/served-model.ts';

const describe: DescribeServer = (served) => ({
  server: {
    name: 'kserve',
    version: served.version,
    extensions: ['model_repository_extension'],
  },
  model: modelMetadata(served, { versions: null, platform: '' }),
});

/** KServe's APIs of protocol version 2, and the list of models of version 1. */
export default {
  rest: createRestService({
    describe,
    headers: { server: 'uvicorn' },
    frame: (_model, id = randomUUID()) => ({ head: { model_version: null, id } }),
    binaryHeaders: {},
    selects: true,
    hasNoVersions: true,
    health: (about, name) => ({ ...(name !== undefined && { name }), [about]: true }),
    documents: (name) => ({
      '/': { status: 'alive' },
      '/v2/models': { models: [name] },
      '/v1/models': { models: [name] },
      [`/v1/models/${name}`]: { name, ready: true },
    }),
  }),
  grpc: createGrpcService({ describe, modelVersion: '', ignoresVersions: true }),
} satisfies PlatformWires;
