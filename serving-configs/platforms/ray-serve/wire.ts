import { randomUUID } from 'node:crypto';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createApplicationWire } from '../../protocols/predict-route/application.ts';

/** `max_queued_requests` of the deployment. */
const MAX_QUEUED = 64;
/** `max_ongoing_requests` of the only replica. */
const MAX_ONGOING = 2;

/** Ray Serve with one application. */
export default {
  rest: createApplicationWire({
    headers: () => ({ server: 'uvicorn', 'x-request-id': randomUUID() }),
    takesAtMost: MAX_ONGOING + MAX_QUEUED,
  }),
} satisfies PlatformWires;
