import { describeReal } from './describe-real.ts';

describeReal('mlserver', {
  worker: /mlserver start/,
  overload: 'waits',
  killed: 'ends',
  differences: { 'json, four bytes short': "its parser's own words" },
});
