import { describeReal } from './describe-real.ts';

describeReal('flask', { worker: /gunicorn/, overload: 'waits', killed: 'recovers' });
