import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  ray_serve: {
    refusals: {
      unknownModel: { none: 'its route names none' },
      wrongShape: { rest: '400' },
      brokenImage: { rest: '400' },
    },
    overload: {
      sent: 120,
      // Two in the replica, 64 in the queue.
      taken: 66,
      computes: true,
      status: '503',
      words: 'Request dropped due to backpressure',
    },
    real: { worker: /ray::ServeReplica/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
