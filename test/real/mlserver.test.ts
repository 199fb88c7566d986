import { describeReal } from './describe-real.ts';

describeReal('mlserver', { 'json, four bytes short': "its parser's own words" });
