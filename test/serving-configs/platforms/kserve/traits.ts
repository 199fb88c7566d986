import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  kserve: {
    refusals: {
      unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
      wrongShape: { rest: '400', grpc: 'INVALID_ARGUMENT' },
      brokenImage: { none: 'it takes tensors only' },
    },
    overload: 'waits',
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 5, computeMs: 1274 },
    },
    container: { worker: /kserve\/container\/serve\.py/ },
    real: {
      worker: /kserve\/venv\/app\.py/,
      killed: 'ends',
    },
  },
} as const satisfies PlatformTraits;
