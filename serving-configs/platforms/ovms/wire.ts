import type { ServingManifest } from '../../manifest.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

/** OpenVINO Model Server's REST API. Statuses are those of its source: no package brings the server, so nothing was recorded. */
export default (manifest: ServingManifest) => {
  const model = servedModel(manifest);
  return createRestService({
    model,
    version: '1',
    statuses: {
      unreadable: 412,
      tensor: 400,
      size: 400,
      unhealthy: 500,
      notReady: 503,
      noRoute: 400,
      wrongMethod: 406,
    },
    // As RapidJSON's pretty writer lays it out.
    indent: 4,
    frame: (id) => ({
      head: { model_name: model.name, ...(id === '' ? {} : { id }), model_version: '1' },
    }),
    binaryHeaders: { 'content-type': 'application/json' },
  });
};
