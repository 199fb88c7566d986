import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** Multi Model Server 1.1.11's inference API. */
export default (manifest: ServedManifest) => createPredictionsWire(manifest, 100);
