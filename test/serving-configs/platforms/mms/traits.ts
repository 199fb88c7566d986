import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  mms: {
    refusals: {
      unknownModel: { rest: '404' },
      // The handler reads a tensor of another length as an image, and its exception is a failure of the server.
      wrongShape: { rest: '503' },
      brokenImage: { rest: '503' },
    },
    overload: {
      sent: 120,
      // One in the worker, 100 in the queue.
      accepted: 101,
      status: '503',
    },
    container: { overload: 'not tested' },
    real: { worker: /model_service_worker\.py/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
