import { meaningOnGrpcCore } from './grpc-core.ts';
import { openInference } from './open-inference.ts';
import type { ServingCodecs } from './serving.ts';

export default {
  ...openInference,
  grpc: { ...openInference.grpc, meaningOf: meaningOnGrpcCore },
} as const satisfies ServingCodecs;
