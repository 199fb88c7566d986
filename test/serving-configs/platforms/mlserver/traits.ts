import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  mlserver: {
    refusals: {
      unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
      wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
      brokenImage: { none: 'it takes tensors only' },
    },
    overload: 'waits',
    real: {
      worker: /mlserver start/,
      killed: 'ends',
    },
  },
} as const satisfies PlatformTraits;
