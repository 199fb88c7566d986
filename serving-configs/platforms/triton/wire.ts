import type { ServingManifest } from '../../manifest.ts';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';

/** Triton's HTTP API. */
export default (manifest: ServingManifest) =>
  createRestService(manifest, {
    frame: () => ({ head: { model_name: manifest.model.name, model_version: '1' } }),
    binaryHeaders: { 'content-type': 'application/octet-stream' },
  });
