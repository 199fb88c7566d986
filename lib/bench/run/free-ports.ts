import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { BenchError, systemCodeOf } from '../model/errors.ts';

const HOST = '127.0.0.1';

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server));
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

/**
 * Free ports are searched below the range that systems use for outgoing connections, since a load opens many while a port is
 * kept over all restarts of a serving; and below 32768, since some platforms hold ports in 16 bits with a sign.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const MOST_TRIES = 1000;

const listenSomewhere = async (): Promise<Server> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listen(randomInt(FIRST_PORT, LAST_PORT + 1));
    } catch (error) {
      if (systemCodeOf(error) !== 'EADDRINUSE' || tries === MOST_TRIES) throw error;
    }
  }
};

/** Different free ports of this machine, outside the range that the system gives to outgoing connections. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  // All are held until the last is found, so that none comes twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listenSomewhere()));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
};

/** @throws BenchError if the port cannot be had, with the remedy. */
export const demandFreePort = async (port: number): Promise<void> => {
  try {
    await close(await listen(port));
  } catch (error) {
    const code = systemCodeOf(error);
    throw new BenchError(
      'BENCH_PORT_TAKEN',
      code === 'EADDRINUSE'
        ? `port ${port} on ${HOST} is taken by another process`
        : `port ${port} on ${HOST} cannot be used (${code ?? String(error)})`,
      {
        hint: 'stop what listens there, or give another --port (0 takes a free one)',
        cause: error,
      },
    );
  }
};
