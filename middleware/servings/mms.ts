import { predictions, predictionsTensors } from './predictions.ts';
import type { ServingCodecs } from './serving.ts';

/** The API of TorchServe, whose front end began as this one; without gRPC. */
export default { rest: predictions, tensors: predictionsTensors } satisfies ServingCodecs;
