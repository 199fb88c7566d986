import { OPEN_INFERENCE_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  mlserver: {
    refusals: OPEN_INFERENCE_REFUSALS,
    overload: 'waits',
    // Two requests over REST, three over gRPC.
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
