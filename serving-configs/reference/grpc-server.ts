import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import {
  GRPC_STATUS,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcWire,
} from '../protocols/grpc-wire.ts';
import type { Engine } from './engine.ts';
import { listenOn } from './listen.ts';

/** A whole tensor fits, so that a client does not wait for room in the middle of it. */
const WINDOW_BYTES = 4 * 2 ** 20;
const PREFIX_BYTES = 5;

export interface ReferenceGrpcServer {
  /** `http://host:port` */
  readonly url: string;
  /** Takes no new calls, answers what has begun, then resolves. */
  stop(): Promise<void>;
}

/** A message with its prefix: a byte that says that it is not compressed, and its length, big-endian. */
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

/** The one message of a call; undefined where it is compressed or cut off, or there are several. */
const receive = (stream: ServerHttp2Stream): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const [only] = pieces;
      const bytes = only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
      resolve(bytes.length < PREFIX_BYTES ? undefined : messageIn(bytes));
    });
    stream.on('close', () => resolve(undefined));
  });

/**
 * Listens and speaks a platform's gRPC protocol, with an engine behind it; unary calls only. The transport is that of
 * grpc/grpc, doc/PROTOCOL-HTTP2.md, written on Node's HTTP/2 and not on a gRPC library: those give no hold on the flow
 * control of a server, and so each tensor would wait ten times for a new window.
 * @throws UsageError where the port is taken or the host is none of this machine's.
 */
export const startGrpcServer = async (
  { wire, engine }: { readonly wire: GrpcWire; readonly engine: Engine },
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ReferenceGrpcServer> => {
  const trained = String(engine.trained);
  const headers = {
    [constants.HTTP2_HEADER_STATUS]: 200,
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    'x-model-trained': trained,
  };

  const send = (stream: ServerHttp2Stream, answer: GrpcAnswer): void => {
    // The client has gone, or the call's time is over.
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

  const infer = async (
    stream: ServerHttp2Stream,
    call: GrpcInference,
    message: Uint8Array,
  ): Promise<void> => {
    const reply = engine.reply(call, message);
    const given = reply instanceof Promise ? await reply : reply;
    // What a client sees of a server that dies is the end of the connection, whatever it has sent of an answer.
    if (given.kind === 'answer') send(stream, given.answer);
    else stream.session?.destroy();
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
    if (call.kind === 'answer') send(stream, call.answer);
    else await infer(stream, call, message);
  };

  const sessions = new Set<ServerHttp2Session>();
  const server: Http2Server = createServer({
    settings: { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: 4096 },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined);
    // Of the connection; the setting above is that of each call.
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
