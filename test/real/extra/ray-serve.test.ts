import { describeReal } from '../describe-real.ts';

describeReal('ray_serve');
