import { describeReal } from './describe-real.ts';

describeReal('tfserving', {
  worker: /peer\.py/,
  overload: 'waits',
  killed: 'ends',
  differences: { '': 'a peer of ours, whose words are its own' },
});
