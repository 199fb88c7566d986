import { Client } from 'undici';
import type { SendingClient } from './sending-client.ts';
import type { Target } from './target.ts';

/** A client of HTTP/1.1 on one connection. Its own time limits are off: they are coarser than a millisecond matters here. */
export const openHttpClient = (target: Target): SendingClient => {
  const client = new Client(target.origin, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 0, noDelay: true },
  });
  return {
    dispatch: (request, exchange) => {
      client.dispatch(request, exchange);
    },
    destroy: () => {
      // The failures of its exchange are nobody's any more.
      client.destroy().catch(() => undefined);
    },
  };
};
