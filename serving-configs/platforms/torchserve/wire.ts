import { createPredictionsWire } from '../../protocols/predictions-api/front-end.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** TorchServe 0.12's inference API. */
export default (manifest: ServedManifest) => createPredictionsWire(manifest, 1000);
