import { describeReal } from './describe-real.ts';

describeReal('tfserving', { '': 'a peer of ours, whose words are its own' });
