import { createServer, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A line to an endpoint on which the content of some answers changes on its way. */
export interface DamagingProxy {
  readonly url: string;
  /** How many answers were damaged. */
  readonly damaged: () => number;
  readonly stop: () => Promise<void>;
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> =>
  Buffer.concat((await message.toArray()) as Buffer[]);

/** Passes everything on, but turns one byte of the answers to GET requests whose path holds a text. */
export const startDamagingProxy = async (
  target: string,
  damagedPath: string,
): Promise<DamagingProxy> => {
  let damaged = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const { method = 'GET', url = '/', headers } = incoming;
      const body = await bodyOf(incoming);
      const passedOn = request(new URL(url, target), { method, headers });
      passedOn.end(body);
      const [answer] = (await once(passedOn, 'response')) as [IncomingMessage];
      const content = await bodyOf(answer);
      if (method === 'GET' && url.includes(damagedPath) && content.length > 0) {
        content[0] = (content[0] ?? 0) ^ 1;
        damaged += 1;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.end(content);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    damaged: () => damaged,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
