import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { closeAfterTests } from './close-after-tests.ts';

/** Starts a TCP server on a free port. `close`, which also closes its connections, is called after the tests of the file. */
export const listenTcp = async (onConnection: (socket: Socket) => void) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return closeAfterTests({
    port,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  });
};
