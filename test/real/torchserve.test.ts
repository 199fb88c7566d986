import { describeReal } from './describe-real.ts';

describeReal('torchserve', {
  worker: /model_service_worker\.py/,
  overload: {
    sent: 1020,
    // One in the worker, 1000 in the queue.
    taken: 1001,
    status: '503',
    words: 'has no worker to serve inference request',
  },
  killed: 'recovers',
});
