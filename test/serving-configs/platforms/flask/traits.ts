import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  flask: {
    refusals: APPLICATION_REFUSALS,
    overload: 'waits',
    real: { worker: /gunicorn/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
