import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answered, type InferenceCall, type Wire, type WireAnswer } from '../protocols/wire.ts';
import { COUNTERS_TYPE, type ServingCounters } from '../protocols/statistics/serving-counters.ts';
import type { Engine, Reply } from './engine.ts';
import { listenOn } from './listen.ts';

/** Longer than any client keeps a connection idle, so that the client closes it. */
const KEEP_ALIVE_MS = 120_000;

export interface ReferenceServer {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Takes no new connections, answers what has begun, then resolves. */
  stop(): Promise<void>;
}

/** What a server speaks, and what computes behind it. */
interface Served {
  readonly wire: Wire;
  readonly engine: Engine;
  /** Where the platform counts its own work, also where its own port for that is another one; and what the engine counted. */
  readonly statistics?: { readonly path: string; readonly counters: () => ServingCounters };
}

/**
 * Collects a body; of `glance` only its first and last piece are kept, so that large ones are not copied. Undefined where it is
 * cut off.
 */
const readBody = (
  request: IncomingMessage,
  reads: Engine['reads'],
): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => {
      if (reads === 'glance' && pieces.length === 2) pieces[1] = piece;
      else pieces.push(piece);
    });
    request.on('end', () => {
      const [only] = pieces;
      resolve(only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces));
    });
    request.on('close', () => resolve(undefined));
  });

const NOT_FOUND: WireAnswer = { status: 404, headers: {}, body: 'not found' };
/** Until the model can compute. */
const LOADING = answered({ status: 503, headers: {}, body: 'the model is loading' });

const createSender =
  (trained: boolean) =>
  (response: ServerResponse, { status, headers, body }: WireAnswer, part = 1): void => {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
    response.sendDate = false;
    response.writeHead(status, {
      ...headers,
      'content-length': length,
      'x-model-trained': String(trained),
    });
    if (part === 1) {
      response.end(body);
      return;
    }
    response.write(Buffer.from(body).subarray(0, Math.floor(length * part)), () =>
      response.destroy(),
    );
  };

/**
 * Listens and speaks a wire, with an engine behind it. It listens before the engine is ready; until then it answers 503.
 * @throws UsageError where the port is taken or the host is none of this machine's.
 */
export const startServer = async (
  { wire, engine, statistics }: Served,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ReferenceServer> => {
  const send = createSender(engine.trained);

  const deliver = (response: ServerResponse, reply: Reply): void => {
    if (reply.kind === 'reset') response.socket?.resetAndDestroy();
    else send(response, reply.answer, reply.kind === 'half-body' ? 0.5 : 1);
  };

  const infer = async (
    request: IncomingMessage,
    response: ServerResponse,
    call: InferenceCall,
  ): Promise<void> => {
    const body = await readBody(request, engine.reads);
    if (body === undefined) return;
    // As bytes, so that an engine that keeps an answer does not encode its text again for each request.
    const inBytes: InferenceCall = {
      ...call,
      render: (form, values) => {
        const answer = call.render(form, values);
        return { ...answer, body: Buffer.from(answer.body) };
      },
    };
    const reply = engine.reply(inBytes, body);
    deliver(response, reply instanceof Promise ? await reply : reply);
  };

  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    if (statistics !== undefined && url === statistics.path) {
      request.resume();
      const body = JSON.stringify(statistics.counters());
      send(response, { status: 200, headers: { 'content-type': COUNTERS_TYPE }, body });
      return;
    }
    const [path = ''] = url.split('?');
    const route = engine.isReady ? wire.route({ method, path, headers }) : LOADING;
    if (route?.kind !== 'inference') {
      // Behind the whole request, as the platforms do: a client that still sends may otherwise lose the answer.
      request.once('end', () => send(response, route?.answer ?? NOT_FOUND));
      request.resume();
      return;
    }
    infer(request, response, route).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      if (response.headersSent) response.destroy();
      else send(response, route.fail({ kind: 'failed', message: 'internal error' }));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const url = await listenOn(server, host, port);
  return { url, stop: () => stop(server, sockets) };
};

/**
 * Connections that are kept alive close as soon as nothing is in flight on them; so do those that a client opened for
 * later, which Node does not count as idle.
 */
const stop = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of sockets) {
        if (socket.bytesRead === 0) socket.destroy();
      }
    }, 10);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
