import type { Server } from 'node:net';
import { UsageError } from './usage-error.ts';

/**
 * Resolves when a server listens.
 * @throws UsageError where the port is taken or the host is none of this machine's.
 */
export const listenOn = (
  server: Pick<Server, 'once' | 'listen'>,
  host: string,
  port: number,
): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(
              `port ${port} of ${host} is taken`,
              'stop what listens there, or choose another one with --port or --grpc-port (0 takes any free one)',
              { cause: error },
            )
          : new UsageError(
              `cannot listen on ${where}: ${error.message}`,
              'see --host, --port and --grpc-port',
              { cause: error },
            ),
      );
    });
    server.listen(port, host, 1024, resolve);
  });
