import { OPEN_INFERENCE_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

/** According to its source code and documentation, because the real server does not run from packages. */
export default {
  ovms: {
    refusals: OPEN_INFERENCE_REFUSALS,
    overload: 'waits',
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 3, requestMs: 60, queueMs: 12, computeMs: 40 },
    },
    // The stand-in for its image is the simulated server.
    container: { worker: /reference\/main\.ts/, killed: 'ends' },
  },
} as const satisfies PlatformTraits;
