import type { GrpcCodec } from './serving.ts';

/**
 * Of a server on gRPC's C core, as every one in Python is. It answers CANCELLED to calls that nobody cancelled when they waited
 * longer than `grpc.server_max_unrequested_time_in_server`, 30 s unless it is set, for the server to take them: it is busy, and
 * did nothing with them.
 */
export const meaningOnGrpcCore: NonNullable<GrpcCodec['meaningOf']> = (code) =>
  code === 'CANCELLED' ? 'overloaded' : undefined;
