import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';

/** Multi Model Server 1.1.11's inference API. */
export default { rest: createPredictionsWire(100) } satisfies PlatformWires;
