import { describeReal } from './describe-real.ts';

describeReal('kserve', {
  worker: /kserve\/venv\/app\.py/,
  overload: 'waits',
  killed: 'ends',
  differences: { 'json, four bytes short': "its parser's own words" },
});
