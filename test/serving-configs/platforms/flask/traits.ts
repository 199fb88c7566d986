import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  flask: {
    refusals: {
      unknownModel: { none: 'its route names none' },
      wrongShape: { rest: '400' },
      brokenImage: { rest: '400' },
    },
    overload: 'waits',
    real: { worker: /gunicorn/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
