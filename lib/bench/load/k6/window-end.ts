import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Tells the load script when the window ends. */
export interface WindowEnd {
  /** Answers each GET with the end, in milliseconds since the start of the load; empty if it is not known yet. */
  readonly url: string;
  readonly close: () => void;
}

/**
 * Starts to answer on loopback.
 *
 * @param endMs the end of the window; undefined until every virtual user has had an answer
 */
export const serveWindowEnd = async (endMs: () => number | undefined): Promise<WindowEnd> => {
  const server = createServer((_request, response) => response.end(endMs()?.toString()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
