import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  ray_serve: {
    refusals: APPLICATION_REFUSALS,
    overload: {
      sent: 120,
      // Two in the replica, 64 in the queue.
      accepted: 66,
      computes: true,
      status: '503',
    },
    real: { worker: /ray::ServeReplica/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
