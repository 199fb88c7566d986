import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** OpenVINO Model Server's REST API, from its source: no package brings the server, so nothing was recorded. */
export default (manifest: ServedManifest) =>
  createRestService(manifest, { binaryHeaders: { 'content-type': 'application/json' } });
