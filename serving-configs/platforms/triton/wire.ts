import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** Triton's HTTP API. */
export default (manifest: ServedManifest) =>
  createRestService(manifest, { binaryHeaders: { 'content-type': 'application/octet-stream' } });
