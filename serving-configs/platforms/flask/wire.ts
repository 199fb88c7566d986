import { createApplicationWire } from '../../protocols/predict-route/application.ts';
import type { ServedManifest } from '../../protocols/wire.ts';

/** The Flask application behind gunicorn. The real one has no limit: connections wait in its backlog. */
export default (manifest: ServedManifest) =>
  createApplicationWire(manifest, { headers: () => ({ server: 'gunicorn' }) });
