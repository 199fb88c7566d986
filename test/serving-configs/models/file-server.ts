import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenHttp } from '../../support/http-server.ts';

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
  const servers: Awaited<ReturnType<typeof listenHttp>>[] = [];
  afterAll(() => Promise.all(servers.map(({ close }) => close())));
  const serve = async (answer: (response: ServerResponse) => unknown): Promise<Served> => {
    const requests: IncomingMessage['headers'][] = [];
    const server = await listenHttp(({ headers }, response) => {
      requests.push(headers);
      answer(response);
    });
    servers.push(server);
    return { url: `${server.url}/models/weights.pth`, requests };
  };
  return { serve };
};
