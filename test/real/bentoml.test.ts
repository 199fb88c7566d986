import { describeReal } from './describe-real.ts';

describeReal('bentoml', {
  worker: /_bentoml_impl\.worker/,
  overload: 'waits',
  killed: 'recovers',
});
