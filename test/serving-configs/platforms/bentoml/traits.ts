import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  bentoml: {
    refusals: APPLICATION_REFUSALS,
    overload: 'waits',
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 4, requestMs: 2042 },
    },
    real: { worker: /_bentoml_impl\.worker/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
