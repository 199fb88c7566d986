import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterTests } from './close-after-tests.ts';

/** Answers a request whose body has been read. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** Starts an HTTP server on a free port. `close`, which also closes its connections, is called after the tests of the file. */
export const listenHttp = async (handler: Handler) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
    request.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return closeAfterTests({
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
};
