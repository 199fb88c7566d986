import { describeReal } from './describe-real.ts';

describeReal('bentoml');
