import type { ServingManifest } from '../../manifest.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

/** Triton's HTTP API. Statuses are those recorded from server 2.51.0. */
export default (manifest: ServingManifest) => {
  const model = servedModel(manifest);
  return createRestService({
    model,
    version: '1',
    statuses: {
      unreadable: 500,
      tensor: 400,
      size: 400,
      unhealthy: 400,
      notReady: 503,
      noRoute: 404,
      wrongMethod: 405,
    },
    frame: (id) => ({
      head: { ...(id === '' ? {} : { id }), model_name: model.name, model_version: '1' },
    }),
    binaryHeaders: { 'content-type': 'application/octet-stream' },
  });
};
