import type { ServingManifest } from '../manifest.ts';
import { error } from '../predictions-api/answers.ts';
import { createPredictionsWire } from '../predictions-api/front-end.ts';
import type { Wire } from '../wire.ts';
import { noWorker } from './no-worker.ts';

const VERSION = '1.0';

/** TorchServe 0.12's inference API. */
const createWire = (manifest: ServingManifest): Wire =>
  createPredictionsWire(manifest, {
    jobQueueSize: 1000,
    noWorker,
    refusePath: (model, [version]) => {
      if (version === undefined || version === VERSION) return undefined;
      return error(
        404,
        'ModelVersionNotFoundException',
        `Model version: ${version} does not exist for model: ${model}`,
      );
    },
  });

export default createWire;
