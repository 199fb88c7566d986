import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenHttp } from '../../support/http-server.ts';

export interface Served {
  /** The URL of a file `weights.pth`. */
  readonly url: string;
  /** The headers of the requests so far. */
  readonly requests: readonly IncomingMessage['headers'][];
}

/** Starts HTTP servers on loopback and closes them after the last test of a file. */
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
