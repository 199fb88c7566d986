import type { Traits } from '../../../conformance/traits.ts';

export const bentoml: Traits = {
  refusals: {
    unknownModel: { none: 'its routes name none' },
    wrongShape: { rest: '400' },
    brokenImage: { rest: '400' },
  },
  overload: 'waits',
  real: { worker: /_bentoml_impl\.worker/, killed: 'recovers' },
};
