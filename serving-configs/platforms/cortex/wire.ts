import createFlaskWire from '../flask/wire.ts';
import type { ServedManifest, Wire } from '../../protocols/wire.ts';

/** The limits with which the proxy is started. */
const MAX_AT_WORK = 1;
const MAX_WAITING = 100;

/** Cortex's proxy in front of the Flask application, up to the limits of requests at work and waiting. */
export default (manifest: ServedManifest): Wire => ({
  ...createFlaskWire(manifest),
  takesAtMost: MAX_AT_WORK + MAX_WAITING,
});
