import { createServer } from 'node:http2';
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { closeAfterTest } from './close-after-tests.ts';

export interface FakeGrpcServing {
  readonly url: string;
  readonly port: number;
  /** Completely received calls, in order. */
  readonly received: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly message: Buffer;
    /** Number of its connection, from 1. */
    readonly connection: number;
  }[];
  /** Answers the next calls; by default with their own message. */
  behave: GrpcBehaviour;
  /** Answers the next calls as soon as they begin, without reading their message. */
  behaveAtOnce: ((stream: ServerHttp2Stream) => void) | undefined;
  /** Number of calls that the client cancelled. */
  cancelled: number;
  /** Open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Also closes all connections. */
  close(): Promise<void>;
}

export type GrpcBehaviour = (stream: ServerHttp2Stream, message: Buffer) => void;

/** The HTTP/2 error code with which a call is cancelled. */
const CANCEL = 8;

/** A message with its prefix: a flag for compression, and the length. */
export const framed = (message: Uint8Array, compressed = 0): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** The headers of an answer. */
export const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers with a message and the status OK. */
export const answerWith =
  (message: Uint8Array, metadata: Readonly<Record<string, string>> = {}): GrpcBehaviour =>
  (stream) => {
    stream.respond({ ...HEAD, ...metadata }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(message));
  };

/** Answers with a status and no message. */
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

const echo: GrpcBehaviour = (stream, message) => answerWith(message)(stream, message);

const createFakeGrpcServing = () => {
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
  const fake = {
    url: '',
    port: 0,
    received: [] as FakeGrpcServing['received'],
    behave: echo,
    behaveAtOnce: undefined as FakeGrpcServing['behaveAtOnce'],
    cancelled: 0,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
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
  const listen = async (port: number): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    fake.port = (server.address() as AddressInfo).port;
    fake.url = `http://127.0.0.1:${fake.port}`;
  };
  return { fake, listen };
};

/** Starts an HTTP/2 server in this process that acts as a serving's gRPC side and can be told to misbehave; for one test. */
export const startFakeGrpcServing = async (port = 0): Promise<FakeGrpcServing> => {
  const { fake, listen } = createFakeGrpcServing();
  await listen(port);
  return closeAfterTest(fake);
};

/** The same for all tests of a block. It forgets everything before each of them. */
export const useFakeGrpcServing = (behave = echo): FakeGrpcServing => {
  const { fake, listen } = createFakeGrpcServing();
  beforeAll(() => listen(0));
  beforeEach(() => {
    fake.received.length = 0;
    Object.assign(fake, { behave, cancelled: 0 });
  });
  afterAll(() => fake.close());
  return fake;
};
