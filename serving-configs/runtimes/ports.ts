import { randomInt } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { listenOn } from '../reference/listen.ts';
import { UsageError } from '../options/usage-error.ts';

export const LOOPBACK = '127.0.0.1';

/**
 * Where free ports are looked for: below the range from which the system gives ports to outgoing connections, which could
 * take one between the choice and its use, and below 2^15, since one of the platforms takes no higher ones.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

const hold = async (port: number): Promise<Server> => {
  const server = createServer();
  await listenOn(server, LOOPBACK, port);
  return server;
};

const holdAnyFree = async (): Promise<Server> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await hold(randomInt(LOWEST, HIGHEST));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  throw new UsageError(
    `no free port was found between ${LOWEST} and ${HIGHEST}`,
    'stop what listens there, or choose ports with --port and --grpc-port',
  );
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

/**
 * The asked ports, each 0 replaced by a free one. All are held until the last is found, so that none comes twice.
 * @throws UsageError where one is taken: what listens there would be taken for the platform.
 */
export const choosePorts = async (asked: readonly number[]): Promise<readonly number[]> => {
  const held: Server[] = [];
  try {
    for (const port of asked) held.push(await (port === 0 ? holdAnyFree() : hold(port)));
    return held.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(held.map(close));
  }
};

/** Whether something accepts connections at a port. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
