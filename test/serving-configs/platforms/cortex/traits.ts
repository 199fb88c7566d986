import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  cortex: {
    refusals: {
      unknownModel: { none: 'its route names none' },
      wrongShape: { rest: '400' },
      brokenImage: { rest: '400' },
    },
    // One at work, 100 in the queue.
    overload: { sent: 120, taken: 101, status: '503', words: 'pending request queue full' },
    real: { worker: /gunicorn/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
