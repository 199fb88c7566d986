import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createApplicationWire } from '../../protocols/predict-route/application.ts';

const application = createApplicationWire({ headers: () => ({ server: 'gunicorn' }) });

/** The Flask application behind gunicorn. The real one has no limit, because connections wait in its backlog. */
export default {
  rest: (manifest) => ({ ...application(manifest), refusesExpectations: true }),
} satisfies PlatformWires;
