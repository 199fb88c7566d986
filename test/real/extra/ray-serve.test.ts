import { describeReal } from '../describe-real.ts';

describeReal('ray_serve', {
  worker: /ray::ServeReplica/,
  overload: {
    sent: 120,
    // Two in the replica, 64 in the queue.
    taken: 66,
    computes: true,
    status: '503',
    words: 'Request dropped due to backpressure',
  },
  killed: 'recovers',
});
