import { meaningOnGrpcCore } from './grpc-core.ts';
import { openInference } from './open-inference.ts';
import type { ServingCodecs } from './serving.ts';

export default {
  rest: openInference.rest,
  grpc: { ...openInference.grpc, meaningOf: meaningOnGrpcCore },
} as const satisfies ServingCodecs;
