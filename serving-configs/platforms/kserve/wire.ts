import { randomUUID } from 'node:crypto';
import { createRestService } from '../../protocols/open-inference/rest-service.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** KServe's REST API, version 2. */
export default (manifest: ServedManifest) =>
  createRestService(manifest, {
    headers: { server: 'uvicorn' },
    frame: () => ({ head: { model_version: null, id: randomUUID() } }),
    binaryHeaders: {},
  });
