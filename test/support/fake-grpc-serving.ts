import { createServer } from 'node:http2';
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

export interface FakeGrpcServing {
  readonly url: string;
  readonly port: number;
  /** Calls that arrived in full, in their order. */
  readonly received: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly message: Buffer;
    /** Which of the connections it came on, counted from 1. */
    readonly connection: number;
  }[];
  /** What the next calls get; the default is their own message. */
  behave: GrpcBehaviour;
  /** What the next calls get as soon as they begin; their message is not read then. */
  behaveAtOnce: ((stream: ServerHttp2Stream) => void) | undefined;
  /** Calls that the other side cancelled before they were answered. */
  cancelled: number;
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export type GrpcBehaviour = (stream: ServerHttp2Stream, message: Buffer) => void;

/** The HTTP/2 error code with which a call is cancelled. */
const CANCEL = 8;

/** A message with its prefix: not compressed, and its length. */
export const framed = (message: Uint8Array, compressed = 0): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** What an answer begins with. */
export const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers with a message and success. */
export const answerWith =
  (message: Uint8Array, metadata: Readonly<Record<string, string>> = {}): GrpcBehaviour =>
  (stream) => {
    stream.respond({ ...HEAD, ...metadata }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(message));
  };

/** Ends a call with a status and no message. */
export const endWith =
  (status: number, details = ''): GrpcBehaviour =>
  (stream) => {
    stream.respond(
      { ...HEAD, 'grpc-status': String(status), 'grpc-message': details },
      { endStream: true },
    );
  };

/** Never answers. */
export const keepSilent: GrpcBehaviour = () => undefined;

/** An HTTP/2 server in this process that stands for a serving's gRPC side and misbehaves as it is told. */
export const startFakeGrpcServing = async (port = 0): Promise<FakeGrpcServing> => {
  const sockets = new Set<Socket>();
  const numbers = new Map<Http2Session, number>();
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => {
    numbers.set(session, numbers.size + 1);
    session.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;
  const fake: FakeGrpcServing = {
    url: `http://127.0.0.1:${own}`,
    port: own,
    received: [],
    behave: (stream, message) => answerWith(message)(stream, message),
    behaveAtOnce: undefined,
    cancelled: 0,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  server.on('stream', (stream, headers) => {
    const connection = stream.session === undefined ? 0 : (numbers.get(stream.session) ?? 0);
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (stream.rstCode === CANCEL) fake.cancelled += 1;
    });
    if (fake.behaveAtOnce !== undefined) {
      fake.behaveAtOnce(stream);
      return;
    }
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (stream.aborted) return;
      const message = Buffer.concat(chunks).subarray(5);
      fake.received.push({ path: String(headers[':path']), headers, message, connection });
      fake.behave(stream, message);
    });
  });
  return fake;
};
