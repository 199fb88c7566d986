import { describeReal } from './describe-real.ts';

describeReal('mms', {
  worker: /model_service_worker\.py/,
  overload: {
    sent: 120,
    // One in the worker, 100 in the queue.
    taken: 101,
    status: '503',
    words: 'No worker is available to serve request for model: resnet-50',
  },
  killed: 'recovers',
});
