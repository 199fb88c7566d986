import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  /** Of a file `weights.pth`. */
  readonly url: string;
  /** What was asked for, in order. */
  readonly requests: readonly IncomingMessage['headers'][];
}

/** Servers on loopback for the tests of a file; they end after the last. */
export const fileServer = (): {
  serve: (answer: (response: ServerResponse) => unknown) => Promise<Served>;
} => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  const serve = async (answer: (response: ServerResponse) => unknown): Promise<Served> => {
    const requests: IncomingMessage['headers'][] = [];
    const server = createServer(({ headers }, response) => {
      requests.push(headers);
      answer(response);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/models/weights.pth`, requests };
  };
  return { serve };
};
