import { once } from 'node:events';
import { connect } from 'node:tls';
import type { ServingUrls } from '../../../../serving-configs/manifest.ts';
import { originOf, type RunningServer } from '../../../../serving-configs/running-server.ts';
import { endpointAt, isTlsFault, trusting } from '../../../../serving-configs/tls.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import { BenchError, messageOf, systemCodeOf } from '../../model/errors.ts';
import { handshakeMs } from '../round-trip.ts';
import type { Runtime } from './runtime.ts';

const CONNECT_TIMEOUT_MS = 5000;

type Reached = Pick<RunningServer, 'name' | 'url' | 'caFile'>;

/** Why the certificate of a server is refused, and what to do about it, by the code of the error. */
const CERTIFICATE_FAULTS: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  CERT_HAS_EXPIRED: [
    'has expired',
    'renew the certificate; if its authority has a new one, too, give that with --ca FILE',
  ],
  CERT_NOT_YET_VALID: ['is not valid yet', 'correct the clock of this machine, or the certificate'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'is for other names or addresses',
    'give an address that the certificate names',
  ],
};

/** Why a TLS connection failed, and what to do about it, by the code of the error. */
const tlsFaultOf = (code: string): readonly [problem: string, hint: string] => {
  const [why, hint] = CERTIFICATE_FAULTS[code] ?? [
    'is from an authority that is not trusted here',
    'give a PEM file with the certificate of that authority, or with its own if it signed itself: --ca FILE',
  ];
  if (/WRONG_VERSION|PACKET_LENGTH|^EPROTO$/.test(code)) {
    return ['no TLS is spoken', 'write http:// or grpc:// in its address if it has no TLS'];
  }
  return code.startsWith('ERR_SSL')
    ? ['it refuses the TLS connection', 'see its log; certificates of clients are not supported']
    : [`its certificate ${why}`, hint];
};

/** @throws BenchError if a server refuses TLS, or its certificate is not trusted */
const assertTls = async (
  { name, url, caFile }: Reached,
  endpoint: ReturnType<typeof endpointAt>,
  signal: AbortSignal,
): Promise<void> => {
  const socket = connect({ ...endpoint, ...trusting(caFile) });
  try {
    await once(socket, 'secureConnect', { signal });
  } catch (cause) {
    const code = systemCodeOf(cause) ?? '';
    if (!isTlsFault(code)) throw cause;
    const [problem, hint] = tlsFaultOf(code);
    throw new BenchError('BENCH_SERVER_TLS', `${name} at ${url}: ${problem} (${code})`, {
      hint,
      cause,
    });
  } finally {
    socket.destroy();
  }
};

/** Whether a server whose address has no TLS speaks it, so that its answers make no sense. Its certificate is of no account. */
export const speaksTls = async (server: Reached, signal: AbortSignal): Promise<boolean> => {
  const endpoint = endpointAt(originOf(server));
  if (endpoint.isTls) return false;
  const socket = connect({ ...endpoint, rejectUnauthorized: false });
  try {
    await withTimeLimit(CONNECT_TIMEOUT_MS, signal, (limited) =>
      once(socket, 'secureConnect', { signal: limited }),
    );
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    socket.destroy();
  }
};

/**
 * @throws BenchError if nothing listens at the address of a server, or its certificate is not trusted; the signal's reason if it was
 * aborted.
 */
export const assertListening = async (server: Reached, signal: AbortSignal): Promise<void> => {
  const endpoint = endpointAt(originOf(server));
  const { isTls, host, port } = endpoint;
  await withTimeLimit(CONNECT_TIMEOUT_MS, signal, (limited) => {
    const reached = isTls
      ? assertTls(server, endpoint, limited)
      : handshakeMs(host, port, limited).then(() => undefined);
    return reached.catch((cause: unknown) => {
      signal.throwIfAborted();
      if (cause instanceof BenchError) throw cause;
      const why = limited.aborted
        ? `no connection in ${CONNECT_TIMEOUT_MS / 1000} s`
        : messageOf(cause);
      throw new BenchError(
        'BENCH_SERVING_DIED',
        `${server.name} does not answer at ${server.url}: ${why}`,
        { hint: 'start it, or correct its address', cause },
      );
    });
  });
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
      caFile: server.caFile,
      assertListening: (anySignal) => assertListening(server, anySignal),
      stop: async () => undefined,
    };
  },
};
