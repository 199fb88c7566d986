import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** Triton's HTTP API. */
export default (manifest: ServedManifest) =>
  createRestService(manifest, {
    frame: () => ({ head: { model_name: manifest.model.name, model_version: '1' } }),
    binaryHeaders: { 'content-type': 'application/octet-stream' },
  });
