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

/** Larger than the largest image as a tensor. */
const MAX_MESSAGE_BYTES = 256 * 2 ** 20;
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

/** Bytes outside of printable ASCII, and the percent sign, as `%XX`. */
const percentEncoded = (text: string): string =>
  Array.from(Buffer.from(text, 'utf8'), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCodePoint(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');

type Received =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'unreadable'; readonly status: 12 | 13 | 8; readonly details: string }
  | { readonly kind: 'cut-off' };

const unreadable = (status: 12 | 13 | 8, details: string): Received => ({
  kind: 'unreadable',
  status,
  details,
});

const read = (bytes: Buffer): Received => {
  if (bytes.length < PREFIX_BYTES || bytes.length !== PREFIX_BYTES + bytes.readUInt32BE(1)) {
    return unreadable(GRPC_STATUS.INTERNAL, 'a call has exactly one message');
  }
  return bytes[0] === 0
    ? { kind: 'message', message: bytes.subarray(PREFIX_BYTES) }
    : unreadable(GRPC_STATUS.UNIMPLEMENTED, 'compressed messages are not read here');
};

/** The one message of a call. */
const receive = (stream: ServerHttp2Stream): Promise<Received> =>
  new Promise((resolve) => {
    let pieces: Buffer[] = [];
    let length = 0;
    stream.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > MAX_MESSAGE_BYTES) {
        pieces = [];
        resolve(unreadable(GRPC_STATUS.RESOURCE_EXHAUSTED, `more than ${MAX_MESSAGE_BYTES} bytes`));
        return;
      }
      pieces.push(piece);
    });
    stream.on('end', () => {
      const [only] = pieces;
      resolve(read(only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces)));
    });
    stream.on('close', () => resolve({ kind: 'cut-off' }));
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
        'grpc-message': percentEncoded(answer.details),
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
    const received = await receive(stream);
    if (received.kind === 'cut-off') return;
    if (received.kind === 'unreadable') {
      send(stream, received);
      return;
    }
    const path = String(head[constants.HTTP2_HEADER_PATH]);
    const method = Object.hasOwn(wire, path) ? wire[path] : undefined;
    if (method === undefined) {
      send(stream, { status: GRPC_STATUS.UNIMPLEMENTED, details: `unknown method ${path}` });
      return;
    }
    const call = method(received.message, engine.isReady);
    if (call.kind === 'answer') send(stream, call.answer);
    else await infer(stream, call, received.message);
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
