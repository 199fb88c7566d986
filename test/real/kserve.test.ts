import { describeReal } from './describe-real.ts';

describeReal('kserve', { 'json, four bytes short': "its parser's own words" });
