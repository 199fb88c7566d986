import type { ServingManifest } from '../../manifest.ts';
import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';
import type { Wire } from '../../protocols/wire.ts';

/** Multi Model Server 1.1.11's inference API. It has no versions: what follows a model's name in a path is not read. */
const createWire = (manifest: ServingManifest): Wire =>
  createPredictionsWire(manifest, {
    jobQueueSize: 100,
    noWorker: (model) =>
      `No worker is available to serve request for model: ${model}. Consider increasing job queue size.`,
  });

export default createWire;
