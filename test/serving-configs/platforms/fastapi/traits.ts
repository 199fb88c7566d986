import { APPLICATION_REFUSALS, type PlatformTraits } from '../../../conformance/traits.ts';

export default {
  fastapi: {
    refusals: APPLICATION_REFUSALS,
    overload: 'waits',
    // The worker is the whole server.
    real: { worker: /uvicorn/, killed: 'ends' },
  },
} as const satisfies PlatformTraits;
