import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  tfserving: {
    refusals: {
      unknownModel: { rest: '404', grpc: 'NOT_FOUND' },
      wrongShape: {
        // The signature for numbers takes any height and width.
        'rest tensor as json': '200',
        'rest tensor as base64': '400',
        'grpc tensor as raw': 'OK',
      },
      brokenImage: { rest: '400', grpc: 'INVALID_ARGUMENT' },
    },
    overload: 'waits',
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 3, requestMs: 60, computeMs: 40 },
    },
    container: { worker: /model_server\.py/ },
    real: {
      worker: /stand_in\.py/,
      killed: 'ends',
    },
  },
} as const satisfies PlatformTraits;
