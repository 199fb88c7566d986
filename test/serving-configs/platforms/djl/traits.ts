import type { PlatformTraits } from '../../../conformance/traits.ts';

/** Recorded from release 0.36.0, which was built from its source for that, because it does not run from packages. */
export default {
  djl: {
    refusals: {
      unknownModel: { rest: '404' },
      wrongShape: { rest: '400' },
      brokenImage: { none: 'it takes only tensors' },
    },
    // With one worker, which was busy.
    overload: { sent: 1100, accepted: 1000, status: '503' },
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 3, requestMs: 141, queueMs: 3 },
    },
    // The stand-in for its image is the simulated server.
    container: { worker: /reference\/main\.ts/, killed: 'ends', overload: 'not tested' },
  },
} as const satisfies PlatformTraits;
