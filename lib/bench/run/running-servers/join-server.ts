import type { ServingUrls } from '../../../../serving-configs/manifest.ts';
import { originOf, type RunningServer } from '../../../../serving-configs/running-server.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import { handshakeMs } from '../round-trip.ts';
import type { RunningServing } from '../serving-process.ts';

/** Of a connection to a server. */
const CONNECT_MS = 5000;

/** @throws BenchError where nothing listens at the address of a server; the signal's reason if it was aborted. */
export const assertListening = async (
  server: Pick<RunningServer, 'name' | 'url'>,
  signal: AbortSignal,
): Promise<void> => {
  const { hostname, port } = new URL(originOf(server));
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const limit = AbortSignal.timeout(CONNECT_MS);
  await handshakeMs(host, Number(port || 80), AbortSignal.any([signal, limit])).catch(
    (cause: unknown) => {
      signal.throwIfAborted();
      const why = limit.aborted ? `no connection in ${CONNECT_MS / 1000} s` : messageOf(cause);
      throw new BenchError(
        'BENCH_SERVING_DIED',
        `${server.name} does not answer at ${server.url}: ${why}`,
        { hint: 'start it, or correct its address', cause },
      );
    },
  );
};

/** Where a server is reached. One that is asked over gRPC alone is never asked over REST. */
export const urlsOfServer = (server: RunningServer): ServingUrls => {
  const origin = originOf(server);
  return server.protocol === 'grpc' ? { rest: origin, grpc: origin } : { rest: origin };
};

/**
 * A server that runs already, in the place of one that is started: it is left as it is, and its processes are out of reach.
 *
 * @throws BenchError where nothing listens there.
 */
export const joinRunningServer = async (
  server: RunningServer,
  signal: AbortSignal,
): Promise<RunningServing> => {
  await assertListening(server, signal);
  return {
    urls: urlsOfServer(server),
    ended: new Promise(() => undefined),
    cpuMs: async () => undefined,
    inspect: async (_, either) => {
      await assertListening(server, either);
      return {};
    },
    stop: async () => undefined,
  };
};
