import type { ServingManifest } from '../manifest.ts';
import { workerDied } from '../predictions-api/answers.ts';
import { createPredictionsWire } from '../predictions-api/front-end.ts';
import type { Wire } from '../wire.ts';

const isJson = (body: Uint8Array): boolean => {
  try {
    JSON.parse(Buffer.from(body).toString('utf8'));
    return true;
  } catch {
    return false;
  }
};

/** Multi Model Server 1.1.11's inference API. It has no versions: what follows a model's name in a path is not read. */
const createWire = (manifest: ServingManifest): Wire =>
  createPredictionsWire(manifest, {
    jobQueueSize: 100,
    noWorker: (model) =>
      `No worker is available to serve request for model: ${model}. Consider increasing job queue size.`,
    refusePath: () => undefined,
    // JSON is parsed before the handler is called, where an exception ends the worker.
    refuseBody: (body, contentType) =>
      contentType.startsWith('application/json') && !isJson(body) ? workerDied() : undefined,
  });

export default createWire;
