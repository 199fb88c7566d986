import { meaningOnGrpcCore } from './grpc-core.ts';
import { openInferenceInJson } from './open-inference.ts';
import type { ServingCodecs } from './serving.ts';

export default {
  ...openInferenceInJson,
  grpc: { ...openInferenceInJson.grpc, meaningOf: meaningOnGrpcCore },
} as const satisfies ServingCodecs;
