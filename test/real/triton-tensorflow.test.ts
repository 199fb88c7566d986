import { describeReal } from './describe-real.ts';

describeReal('triton_tensorflow', {
  'json, four bytes short': 'its parser tells the end of an open string instead of the start',
});
