import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  mosec: {
    refusals: APPLICATION_REFUSALS,
    // The queue, and the request that the worker has.
    overload: { sent: 1100, accepted: 1025, status: '429' },
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 8, requestMs: 6917, queueMs: 2905, computeMs: 4011 },
    },
    // It starts a worker again only if another one of the same stage is alive.
    real: { worker: /spawn_main/, killed: 'ends' },
  },
} as const satisfies PlatformTraits;
