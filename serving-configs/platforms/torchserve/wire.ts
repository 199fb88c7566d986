import type { ServingManifest } from '../../manifest.ts';
import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';
import type { Wire } from '../../protocols/wire.ts';
import { noWorker } from './no-worker.ts';

/** TorchServe 0.12's inference API. */
const createWire = (manifest: ServingManifest): Wire =>
  createPredictionsWire(manifest, { jobQueueSize: 1000, noWorker, version: '1.0' });

export default createWire;
