import type { GrpcCodec, ServingCodecs } from './serving.ts';

/**
 * The codecs of a server on gRPC's C core, as every one in Python is. It answers CANCELLED to calls that nobody cancelled when they
 * waited longer than `grpc.server_max_unrequested_time_in_server`, 30 s unless it is set, for the server to take them: it is busy,
 * and did nothing with them.
 */
export const onGrpcCore = <Codecs extends ServingCodecs & { readonly grpc: GrpcCodec }>(
  codecs: Codecs,
): Codecs => ({
  ...codecs,
  grpc: {
    ...codecs.grpc,
    meaningOf: (code: string) => (code === 'CANCELLED' ? 'overloaded' : undefined),
  },
});
