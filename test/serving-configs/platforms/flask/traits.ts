import type { Traits } from '../../../conformance/traits.ts';

export const flask: Traits = {
  refusals: {
    unknownModel: { none: 'its route names none' },
    wrongShape: { rest: '400' },
    brokenImage: { rest: '400' },
  },
  overload: 'waits',
  real: { worker: /gunicorn/, killed: 'recovers' },
};
