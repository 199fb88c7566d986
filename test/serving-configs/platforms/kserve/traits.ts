import type { Traits } from '../../../conformance/traits.ts';

export const kserve: Traits = {
  refusals: {
    unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
    wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
    brokenImage: { none: 'it takes tensors only' },
  },
  overload: 'waits',
  container: { worker: /kserve\/container\/serve\.py/ },
  real: {
    worker: /kserve\/venv\/app\.py/,
    killed: 'ends',
  },
};
