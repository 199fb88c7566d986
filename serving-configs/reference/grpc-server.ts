import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { GRPC_STATUS, type GrpcAnswer, type GrpcWire } from '../protocols/grpc-wire.ts';
import type { ServingCounters } from '../protocols/statistics/serving-counters.ts';
import type { InferenceEngine } from './engine.ts';
import { listenOn } from './listen.ts';

/** Large enough for a whole tensor, so that a client does not wait for flow control in the middle of it. */
const WINDOW_BYTES = 4 * 2 ** 20;
const PREFIX_BYTES = 5;

export interface ReferenceGrpcServer {
  /** `http://host:port` */
  readonly url: string;
  /** Accepts no new calls, answers the pending ones, then resolves. */
  stop(): Promise<void>;
}

/** A message with its prefix: a zero byte for "not compressed", and the length in big-endian. */
const framed = (message: Uint8Array): Buffer => {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
};

const messageIn = (bytes: Buffer): Uint8Array | undefined =>
  bytes[0] === 0 && bytes.length === PREFIX_BYTES + bytes.readUInt32BE(1)
    ? bytes.subarray(PREFIX_BYTES)
    : undefined;

/** The message of a call; undefined if it is compressed or cut off, or there are several. */
const receive = (stream: ServerHttp2Stream): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const [only] = chunks;
      const bytes = only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
      resolve(bytes.length < PREFIX_BYTES ? undefined : messageIn(bytes));
    });
    stream.on('close', () => resolve(undefined));
  });

/**
 * Starts a server that speaks a platform's gRPC protocol and answers with an engine; unary calls only. It implements grpc/grpc,
 * doc/PROTOCOL-HTTP2.md on Node's HTTP/2, because gRPC libraries do not expose the flow control of a server, and each tensor would
 * wait ten times for a new window.
 * @throws UsageError if the port is taken or the host is not an address of this machine.
 */
export const startGrpcServer = async (
  {
    wire,
    engine,
    counters = () => ({ count: 0 }),
  }: {
    readonly wire: GrpcWire;
    readonly engine: InferenceEngine;
    /** The times of all requests so far. Default: none were counted. */
    readonly counters?: () => ServingCounters;
  },
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ReferenceGrpcServer> => {
  const trained = String(engine.trained);
  const headers = {
    [constants.HTTP2_HEADER_STATUS]: 200,
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    'x-model-trained': trained,
  };

  const send = (stream: ServerHttp2Stream, answer: GrpcAnswer): void => {
    // The client has left, or the deadline of the call has passed.
    if (stream.destroyed || stream.closed) return;
    if (answer.status !== GRPC_STATUS.OK) {
      const trailers = {
        'grpc-status': String(answer.status),
        'grpc-message': encodeURI(answer.details),
      };
      stream.respond({ ...headers, ...trailers }, { endStream: true });
      return;
    }
    stream.respond(headers, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(answer.message));
  };

  const answer = async (stream: ServerHttp2Stream, head: IncomingHttpHeaders): Promise<void> => {
    const message = await receive(stream);
    if (message === undefined) {
      send(stream, { status: GRPC_STATUS.INTERNAL, details: 'malformed message' });
      return;
    }
    const path = String(head[constants.HTTP2_HEADER_PATH]);
    const method = Object.hasOwn(wire, path) ? wire[path] : undefined;
    if (method === undefined) {
      send(stream, { status: GRPC_STATUS.UNIMPLEMENTED, details: `unknown method ${path}` });
      return;
    }
    if (!engine.isReady) {
      send(stream, { status: GRPC_STATUS.UNAVAILABLE, details: 'the model is loading' });
      return;
    }
    const call = method(message);
    if (call.kind === 'statistics') {
      send(stream, call.render(counters()));
      return;
    }
    const reply = call.kind === 'answer' ? call : await engine.reply(call, message);
    // The client of a server that dies sees the end of the connection, even if a part of the answer was sent.
    if (reply.kind === 'answer') send(stream, reply.answer);
    else stream.session?.destroy();
  };

  const sessions = new Set<ServerHttp2Session>();
  const server: Http2Server = createServer({
    settings: { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: 4096 },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined);
    // The window of the connection; the setting above is for each call.
    session.once('connect', () => session.setLocalWindowSize(WINDOW_BYTES * 4));
  });
  server.on('stream', (stream, head) => {
    stream.on('error', () => undefined);
    answer(stream, head).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      send(stream, { status: GRPC_STATUS.INTERNAL, details: 'internal error' });
    });
  });
  return {
    url: await listenOn(server, host, port),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.close();
      }),
  };
};
