import { randomUUID } from 'node:crypto';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** MLServer's REST API, in JSON only. */
export default (manifest: ServedManifest) => {
  const { name } = manifest.model;
  return createRestService(manifest, {
    headers: { server: 'uvicorn' },
    frame: () => {
      const id = randomUUID();
      return {
        head: { id },
        // It makes CloudEvents of its answers.
        headers: {
          'ce-specversion': '0.3',
          'ce-source': 'io.seldon.serving.deployment.mlserver',
          'ce-type': 'io.seldon.serving.inference.response',
          'ce-modelid': name,
          'ce-inferenceservicename': 'mlserver',
          'ce-endpoint': name,
          'ce-id': id,
          'ce-requestid': id,
        },
      };
    },
  });
};
