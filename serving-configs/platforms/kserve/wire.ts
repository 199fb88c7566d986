import { randomUUID } from 'node:crypto';
import type { ServingManifest } from '../../manifest.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

/** KServe's REST API, version 2. Statuses are those recorded from release 0.21.0. */
export default (manifest: ServingManifest) => {
  const model = servedModel(manifest);
  return createRestService({
    model,
    version: '',
    statuses: {
      unreadable: 422,
      tensor: 400,
      // NumPy cannot make a tensor of too few or too many values, an exception that the server does not know.
      size: 500,
      unhealthy: 503,
      notReady: 503,
      noRoute: 404,
      wrongMethod: 405,
    },
    headers: { server: 'uvicorn' },
    frame: (asked, encoding) => {
      const head = { model_name: model.name, model_version: null, id: asked || randomUUID() };
      const none = { parameters: null };
      return encoding === 'json' ? { head: { ...head, ...none }, output: none } : { head };
    },
    binaryHeaders: {},
  });
};
