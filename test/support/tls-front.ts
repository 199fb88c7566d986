import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { closeAfterTests } from './close-after-tests.ts';

/** Starts a TLS server that passes everything on to a server without TLS, as a proxy does. Returns its origin. */
export const listenTls = async (
  behind: string,
  certificate: { readonly key: string | Buffer; readonly cert: string },
): Promise<string> => {
  const { hostname, port } = new URL(behind);
  const open = new Set<TLSSocket>();
  const server = createServer(
    { ...certificate, ALPNProtocols: ['h2', 'http/1.1'] },
    (socket: TLSSocket) => {
      open.add(socket);
      const inner = connect({ host: hostname, port: Number(port) });
      for (const end of [socket, inner]) {
        end.on('error', () => undefined);
        end.on('close', () => {
          open.delete(socket);
          socket.destroy();
          inner.destroy();
        });
      }
      socket.pipe(inner).pipe(socket);
    },
  );
  // A client may refuse the certificate.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTests({
    close: async () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
