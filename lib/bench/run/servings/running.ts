import type { ServingUrls } from '../../../../serving-configs/manifest.ts';
import { originOf, type RunningServer } from '../../../../serving-configs/running-server.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import { handshakeMs } from '../round-trip.ts';
import type { Runtime } from './runtime.ts';

const CONNECT_TIMEOUT_MS = 5000;

/** @throws BenchError if nothing listens at the address of a server; the signal's reason if it was aborted. */
export const assertListening = async (
  server: Pick<RunningServer, 'name' | 'url'>,
  signal: AbortSignal,
): Promise<void> => {
  const { hostname, port } = new URL(originOf(server));
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  await withTimeLimit(CONNECT_TIMEOUT_MS, signal, (limited) =>
    handshakeMs(host, Number(port || 80), limited).catch((cause: unknown) => {
      signal.throwIfAborted();
      const why = limited.aborted
        ? `no connection in ${CONNECT_TIMEOUT_MS / 1000} s`
        : messageOf(cause);
      throw new BenchError(
        'BENCH_SERVING_DIED',
        `${server.name} does not answer at ${server.url}: ${why}`,
        { hint: 'start it, or correct its address', cause },
      );
    }),
  );
};

/** URLs of a running server. A server with gRPC also gets a URL for REST, which is never used. */
export const urlsOfServer = (server: RunningServer): ServingUrls => {
  const origin = originOf(server);
  return server.protocol === 'grpc' ? { rest: origin, grpc: origin } : { rest: origin };
};

/** Servers that run already. They are never stopped, and nothing is known of their processes. */
export const running: Pick<Runtime, 'start'> = {
  start: async ({ name, server }, _model, _settings, signal) => {
    if (server === undefined) throw new Error(`${name} does not run already`);
    await assertListening(server, signal);
    return {
      place: 'foreign',
      urls: urlsOfServer(server),
      assertListening: (anySignal) => assertListening(server, anySignal),
      stop: async () => undefined,
    };
  },
};
