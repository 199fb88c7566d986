import { randomUUID } from 'node:crypto';
import type { ServingManifest } from '../../manifest.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import { servedModel } from '../../protocols/open-inference/served-model.ts';

/** MLServer's REST API, in JSON only. Statuses are those recorded from release 1.7.1. */
export default (manifest: ServingManifest) => {
  const model = servedModel(manifest);
  return createRestService({
    model,
    version: '1',
    statuses: {
      unreadable: 422,
      tensor: 400,
      // NumPy cannot make a tensor of too few or too many values, and nobody handles its exception.
      size: 500,
      unhealthy: 400,
      notReady: 400,
      noRoute: 404,
      wrongMethod: 405,
    },
    headers: { server: 'uvicorn' },
    frame: (asked) => {
      const id = asked || randomUUID();
      return {
        head: { model_name: model.name, model_version: '1', id, parameters: {} },
        output: { parameters: { content_type: 'np' } },
        // It makes CloudEvents of its answers.
        headers: {
          'ce-specversion': '0.3',
          'ce-source': 'io.seldon.serving.deployment.mlserver',
          'ce-type': 'io.seldon.serving.inference.response',
          'ce-modelid': model.name,
          'ce-inferenceservicename': 'mlserver',
          'ce-endpoint': model.name,
          'ce-id': id,
          'ce-requestid': id,
        },
      };
    },
  });
};
