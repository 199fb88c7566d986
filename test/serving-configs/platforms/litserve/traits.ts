import type { Traits } from '../../../conformance/traits.ts';

export const litserve: Traits = {
  refusals: {
    unknownModel: { none: 'its route names none' },
    wrongShape: { rest: '400' },
    brokenImage: { rest: '400' },
  },
  overload: 'waits',
  real: { worker: /spawn_main/, killed: 'hangs' },
};
