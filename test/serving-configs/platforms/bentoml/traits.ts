import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  bentoml: {
    refusals: {
      unknownModel: { none: 'its routes name none' },
      wrongShape: { rest: '400' },
      brokenImage: { rest: '400' },
    },
    overload: 'waits',
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 4, requestMs: 2042 },
    },
    real: { worker: /_bentoml_impl\.worker/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
