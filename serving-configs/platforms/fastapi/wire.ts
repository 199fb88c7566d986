import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createApplicationWire } from '../../protocols/predict-route/application.ts';

/** The FastAPI application behind uvicorn. The real one has no limit, because requests wait for a thread. */
export default {
  rest: createApplicationWire({ headers: () => ({ server: 'uvicorn' }) }),
} satisfies PlatformWires;
