import type { Protocol } from '../../../serving-configs/manifest.ts';

/** The protocols as people write them. */
export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = { rest: 'REST', grpc: 'gRPC' };
