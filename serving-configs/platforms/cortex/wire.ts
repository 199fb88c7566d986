import flask from '../flask/wire.ts';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';

/** Options of the proxy. */
const MAX_CONCURRENCY = 1;
const MAX_QUEUE_LENGTH = 100;

/** Cortex's proxy in front of the Flask application, with the limits of the proxy. */
export default {
  rest: (manifest) => ({
    ...flask.rest(manifest),
    takesAtMost: MAX_CONCURRENCY + MAX_QUEUE_LENGTH,
  }),
} satisfies PlatformWires;
