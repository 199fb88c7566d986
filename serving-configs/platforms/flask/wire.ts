import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createApplicationWire } from '../../protocols/predict-route/application.ts';

/** The Flask application behind gunicorn. The real one has no limit, because connections wait in its backlog. */
export default {
  rest: createApplicationWire({ headers: () => ({ server: 'gunicorn' }) }),
} satisfies PlatformWires;
