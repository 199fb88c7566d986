import createApplicationWire from '../flask/wire.ts';
import type { ServedManifest, Wire, WireAnswer } from '../../protocols/wire.ts';

/** The limits with which the proxy is started. */
const MAX_AT_WORK = 1;
const MAX_WAITING = 100;

/** Go's `http.Error`, recorded from the proxy at commit dc48c02. */
const queueFull = (): WireAnswer => ({
  status: 503,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  },
  body: 'pending request queue full\n',
});

/**
 * Cortex's proxy in front of the Flask application: whatever comes is passed on, up to the limits of requests at work and
 * waiting.
 */
export default (manifest: ServedManifest): Wire => {
  const application = createApplicationWire(manifest);
  return {
    takesAtMost: MAX_AT_WORK + MAX_WAITING,
    route: (head) => {
      const route = application.route(head);
      if (route?.kind !== 'inference') return route;
      return {
        ...route,
        fail: (failure) => (failure.kind === 'overloaded' ? queueFull() : route.fail(failure)),
      };
    },
  };
};
