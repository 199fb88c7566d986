import { randomInt } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { listenOn } from '../reference/listen.ts';
import { UsageError } from '../options/usage-error.ts';

export const LOOPBACK = '127.0.0.1';

/**
 * The range in which free ports are chosen. It lies below the system's range for outgoing connections, which could take a port
 * before it is used, and below 2^15, because one platform accepts no higher ports.
 */
const MIN_PORT = 20_000;
const MAX_PORT = 32_000;
const TRIES = 50;

/** The ports for REST and gRPC; 0: any free one. */
export interface RequestedPorts {
  readonly rest: number;
  readonly grpc: number;
}

const hold = async (port: number): Promise<Server> => {
  const server = createServer();
  await listenOn(server, LOOPBACK, port);
  return server;
};

const holdAnyFree = async (): Promise<Server> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await hold(randomInt(MIN_PORT, MAX_PORT));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  throw new UsageError(
    `no free port was found between ${MIN_PORT} and ${MAX_PORT}`,
    'stop programs that listen there, or choose ports with --port and --grpc-port',
  );
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

/**
 * Returns the requested ports with each 0 replaced by a free port. All ports are held until the last is found, so that none is
 * chosen twice.
 * @throws UsageError if a port is in use, because the program there would be mistaken for the platform.
 */
export const choosePorts = async (requested: readonly number[]): Promise<readonly number[]> => {
  const held: Server[] = [];
  try {
    for (const port of requested) held.push(await (port === 0 ? holdAnyFree() : hold(port)));
    return held.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(held.map(close));
  }
};

/** Tells whether a program accepts connections at a port of the loopback address. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
