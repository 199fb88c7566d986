import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { InferenceCall, Wire, WireAnswer } from '../protocols/wire.ts';
import {
  COUNTERS_PATH,
  COUNTERS_TYPE,
  type ServingCounters,
} from '../protocols/statistics/serving-counters.ts';
import type { InferenceEngine, EngineReply } from './engine.ts';
import { listenOn } from './listen.ts';

/** Longer than any client keeps a connection idle, so that the client is the one to close it. */
const KEEP_ALIVE_MS = 120_000;

export interface ReferenceServer {
  /** Without a path. */
  readonly url: string;
  /** Accepts no new connections, answers the pending requests, then resolves. */
  stop(): Promise<void>;
}

interface Served {
  readonly wire: Wire;
  readonly engine: InferenceEngine;
  /** The times of all requests so far. Default: none were counted. */
  readonly counters?: () => ServingCounters;
  /** Where they are if the wire has no route for them: the path of the platform's statistics, even if that is on another port. */
  readonly countersPath?: string;
}

/**
 * Reads a body; undefined if it is cut off. For an engine that reads only a `glance`, keeps only the first chunk and the last two, which
 * saves copying large bodies.
 */
const readBody = (
  request: IncomingMessage,
  reads: InferenceEngine['reads'],
): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      if (reads === 'glance' && chunks.length === 3) chunks.splice(1, 1);
      chunks.push(chunk);
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    request.on('close', () => resolve(undefined));
  });

const NOT_FOUND: WireAnswer = { status: 404, headers: {}, body: 'not found' };
/** The answer to every request until the model is ready. */
const LOADING: WireAnswer = { status: 503, headers: {}, body: 'the model is loading' };

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
 * Starts a server that speaks the protocol of a wire and answers with an engine. It answers 503 until the engine is ready.
 * @throws UsageError if the port is taken or the host is not an address of this machine.
 */
export const startServer = async (
  { wire, engine, counters = () => ({ count: 0 }), countersPath }: Served,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ReferenceServer> => {
  const send = createSender(engine.trained);

  const deliver = (response: ServerResponse, reply: EngineReply): void => {
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
    // Encode the text here, because an engine that reuses an answer then encodes it only once.
    const encoded: InferenceCall = {
      ...call,
      render: (form, values) => {
        const answer = call.render(form, values);
        return { ...answer, body: Buffer.from(answer.body) };
      },
    };
    deliver(response, await engine.reply(encoded, body));
  };

  const directAnswer = (
    route: Exclude<ReturnType<Wire['route']>, InferenceCall>,
    path: string,
  ): WireAnswer => {
    if (route !== undefined)
      return route.kind === 'answer' ? route.answer : route.render(counters());
    if (path === countersPath || path === COUNTERS_PATH) {
      const body = JSON.stringify(counters());
      return { status: 200, headers: { 'content-type': COUNTERS_TYPE }, body };
    }
    return engine.isReady ? NOT_FOUND : LOADING;
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = 'GET', url = '/', headers } = request;
    const [path = ''] = url.split('?');
    const route = engine.isReady ? wire.route({ method, path, headers }) : undefined;
    if (route?.kind !== 'inference') {
      // Answer after the whole request, as the platforms do: a client that is still sending might lose the answer.
      request.once('end', () => send(response, directAnswer(route, path)));
      request.resume();
      return;
    }
    infer(request, response, route).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      if (response.headersSent) response.destroy();
      else send(response, route.fail({ kind: 'failed', message: 'internal error' }));
    });
  };
  // By itself, Node refuses what few platforms refuse.
  const server = createServer({ requireHostHeader: wire.needsHost === true }, onRequest);
  if (wire.refusesExpectations !== true) server.on('checkExpectation', onRequest);
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
 * Closes the server, and each connection as soon as it has no pending request. That includes connections that clients have not used
 * yet, which Node does not count as idle.
 */
const stop = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of sockets) {
        if (socket.bytesRead === 0) socket.destroy();
      }
    }, 10);
    server.close(() => {
      clearInterval(timer);
      resolve();
    });
  });
