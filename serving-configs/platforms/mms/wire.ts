import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';

/** The inference API of Multi Model Server 1.1.11. */
export default { rest: createPredictionsWire({ jobQueueSize: 100 }) } satisfies PlatformWires;
