import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  litserve: {
    refusals: APPLICATION_REFUSALS,
    overload: 'waits',
    real: { worker: /spawn_main/, killed: 'hangs' },
  },
} as const satisfies PlatformTraits;
