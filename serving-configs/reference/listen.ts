import type { AddressInfo, Server } from 'node:net';
import { UsageError } from '../options/usage-error.ts';

/** The URL of a listening server, without a path. */
const urlOf = (server: Pick<Server, 'address'>): string => {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
};

/**
 * Makes a server listen and returns its URL.
 * @throws UsageError if the port is taken or the host is not an address of this machine.
 */
export const listenOn = (
  server: Pick<Server, 'once' | 'listen' | 'address'>,
  host: string,
  port: number,
): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(
              `port ${port} of ${host} is taken`,
              'stop the program that listens there, or choose another port with --port or --grpc-port (0 picks a free one)',
              { cause: error },
            )
          : new UsageError(
              `cannot listen on ${host}:${port}: ${error.message}`,
              'see --host, --port and --grpc-port',
              { cause: error },
            ),
      );
    });
    server.listen(port, host, 1024, () => resolve(urlOf(server)));
  });
