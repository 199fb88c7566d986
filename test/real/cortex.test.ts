import { describeReal } from './describe-real.ts';

describeReal('cortex', {
  worker: /gunicorn/,
  // One at work, 100 in the queue.
  overload: { sent: 120, taken: 101, status: '503', words: 'pending request queue full' },
  killed: 'recovers',
});
