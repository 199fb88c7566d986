import { describeReal } from './describe-real.ts';

describeReal('flask');
