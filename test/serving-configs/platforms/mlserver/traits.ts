import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  mlserver: {
    refusals: {
      unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
      wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
      brokenImage: { none: 'it takes tensors only' },
    },
    overload: 'waits',
    // Two over REST, three over gRPC.
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 5, requestMs: 2188, computeMs: 2079 },
    },
    real: {
      worker: /mlserver start/,
      killed: 'ends',
    },
  },
} as const satisfies PlatformTraits;
