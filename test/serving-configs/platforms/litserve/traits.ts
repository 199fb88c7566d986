import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  litserve: {
    refusals: {
      unknownModel: { none: 'its route names none' },
      wrongShape: { rest: '400' },
      brokenImage: { rest: '400' },
    },
    overload: 'waits',
    real: { worker: /spawn_main/, killed: 'hangs' },
  },
} as const satisfies PlatformTraits;
