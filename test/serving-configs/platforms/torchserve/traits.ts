import type { PlatformTraits } from '../../../conformance/traits.ts';

export default {
  torchserve: {
    refusals: {
      unknownModel: { rest: '404', grpc: 'INTERNAL' },
      // The handler reads a tensor of another length as an image, and its exception is a failure of the server.
      wrongShape: { rest: '503', grpc: 'UNAVAILABLE' },
      brokenImage: { rest: '503', grpc: 'UNAVAILABLE' },
    },
    overload: {
      sent: 1020,
      // One in the worker, 1000 in the queue.
      accepted: 1001,
      status: '503',
    },
    statistics: {
      page: 'statistics-page.txt',
      counters: { count: 8, requestMs: 2263, queueMs: 4, computeMs: 2259 },
    },
    container: { overload: 'not tested' },
    real: { worker: /model_service_worker\.py/, killed: 'recovers' },
  },
} as const satisfies PlatformTraits;
