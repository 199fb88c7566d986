import type { Traits } from '../../../conformance/traits.ts';

export const mlserver: Traits = {
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
};
