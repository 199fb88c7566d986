import { OPEN_INFERENCE_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  kserve: {
    refusals: OPEN_INFERENCE_REFUSALS,
    overload: 'waits',
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 5, computeMs: 1274 },
    },
    container: { worker: /kserve\/container\/serve\.py/ },
    real: {
      worker: /kserve\/venv\/app\.py/,
      killed: 'ends',
    },
  },
} as const satisfies PlatformTraits;
