import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** What the front end says when a queue is full; only by its words about a missing worker. */
export const noWorker = (model: string): string =>
  `Model "${model}" has no worker to serve inference request. Please use scale workers API to add workers. ` +
  'If this is a sequence inference, please check if it is closed, or expired; or exceeds maxSequenceJobQueueSize';

/** TorchServe 0.12's inference API. */
export default (manifest: ServedManifest) =>
  createPredictionsWire(manifest, { jobQueueSize: 1000, noWorker });
