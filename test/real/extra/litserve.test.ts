import { describeReal } from '../describe-real.ts';

describeReal('litserve', { worker: /spawn_main/, overload: 'waits', killed: 'hangs' });
