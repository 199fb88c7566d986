import flask from '../flask/wire.ts';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';

/** The limits with which the proxy is started. */
const MAX_AT_WORK = 1;
const MAX_WAITING = 100;

/** Cortex's proxy in front of the Flask application, up to the limits of requests at work and waiting. */
export default {
  rest: (manifest) => ({ ...flask.rest(manifest), takesAtMost: MAX_AT_WORK + MAX_WAITING }),
} satisfies PlatformWires;
