import { request } from 'node:http';
import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { grpcClientOf, sendGrpc } from '../support/grpc-client.ts';

/** An HTTP request, or the message of a gRPC call, for any serving. */
export interface Probe {
  readonly name: string;
  readonly protocol: 'rest' | 'grpc';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer as its client sees it. */
export interface Answer {
  /** The number of an HTTP status, or the name of a gRPC status. */
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Why a gRPC call failed. */
  readonly details?: string;
}

/** The status of a successful answer. */
export const SUCCESS = { rest: '200', grpc: 'OK' } as const;

/** A container on a busy machine takes a minute for a queue of a thousand requests. */
const TIMEOUT_MS = 150_000;

/** Answers are lost now and then if a server answers and closes the connection before it has read the whole request. */
const TRIES = 3;

const sendRest = (origin: string, probe: Probe, tries = TRIES): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, path, headers, body } = probe;
    const call = request(
      origin + path,
      {
        method,
        headers: { ...headers, ...(method === 'GET' ? {} : { 'content-length': body.length }) },
        timeout: TIMEOUT_MS,
        agent: false,
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({
            status: String(response.statusCode),
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(pieces),
          }),
        );
        response.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    call.on('error', (error: NodeJS.ErrnoException) => {
      const isCut = error.code === 'EPIPE' || error.code === 'ECONNRESET';
      if (isCut && tries > 1) resolve(sendRest(origin, probe, tries - 1));
      else reject(error);
    });
    call.end(method === 'GET' ? undefined : body);
  });

const sendCall = async (origin: string, { path, body }: Probe): Promise<Answer> => {
  const client = grpcClientOf(origin, { 'grpc.max_receive_message_length': -1 });
  try {
    const { answer } = sendGrpc(client, body, { path, deadlineMs: TIMEOUT_MS });
    return { status: 'OK', headers: {}, body: await answer };
  } catch (error) {
    const { code, details } = error as ServiceError;
    const status = grpcStatus[code] ?? String(code);
    return { status, headers: {}, body: Buffer.alloc(0), details };
  } finally {
    client.close();
  }
};

/** Sends a probe over a connection of its own. */
export const send = (
  urls: { readonly rest: string; readonly grpc?: string },
  probe: Probe,
): Promise<Answer> =>
  probe.protocol === 'rest' ? sendRest(urls.rest, probe) : sendCall(urls.grpc ?? '', probe);
