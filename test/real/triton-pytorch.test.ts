import { describeReal } from './describe-real.ts';

describeReal('triton_pytorch', {
  worker: /triton_python_backend_stub/,
  overload: 'waits',
  killed: { status: '500', words: 'is not healthy' },
  differences: {
    'json, four bytes short': 'its parser tells the end of an open string instead of the start',
  },
});
