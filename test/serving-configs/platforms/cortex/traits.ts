import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  cortex: {
    refusals: APPLICATION_REFUSALS,
    // One in flight, 100 in the queue.
    overload: { sent: 120, accepted: 101, status: '503' },
    real: { worker: /gunicorn/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
