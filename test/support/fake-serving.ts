import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { labelOf } from '../../serving-configs/models/labels.ts';

export interface FakeServing {
  readonly url: string;
  /** Completely received requests, without health checks. */
  readonly received: {
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: Buffer;
  }[];
  /** Answers the next requests; by default correctly, in the protocol of the path. */
  behave: Behaviour;
  /** Number of requests whose connection the client closed before they were answered. */
  abandoned: number;
  /** Open connections. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
}

export type Behaviour = (response: ServerResponse, socket: Socket, path: string) => void;

const json = (value: unknown): string => JSON.stringify(value);
const scores = Array.from({ length: 1000 }, (_, index) => (index === 281 ? 0.6 : 0.0004));

/** A correct answer in the protocol of the path, with class 281 as the best. */
const correctAnswer = (path: string): string => {
  if (path.startsWith('/predictions/')) {
    return json({ [labelOf(281)]: 0.6, [labelOf(282)]: 0.2, [labelOf(285)]: 0.1 });
  }
  if (path.startsWith('/v1/models/')) return json({ predictions: [scores] });
  const output = { name: 'OUTPUT__0', datatype: 'FP32', shape: [1, 1000], data: scores };
  return json({ outputs: [output] });
};

export const answerCorrectly: Behaviour = (response, _, path) => {
  response.setHeader('content-type', 'application/json');
  response.end(correctAnswer(path));
};

/** Starts an HTTP server in this process that acts as a serving and can be told to misbehave. */
export const startFakeServing = async (): Promise<FakeServing> => {
  const sockets = new Set<Socket>();
  const fake: FakeServing = {
    url: '',
    received: [],
    behave: answerCorrectly,
    abandoned: 0,
    connections: sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.once('close', () => {
      if (!response.writableFinished) fake.abandoned += 1;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { url: path = '', headers, method } = request;
      if (method === 'GET') {
        response.end('{}');
        return;
      }
      fake.received.push({ path, headers, body: Buffer.concat(chunks) });
      fake.behave(response, request.socket, path);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, { url: `http://127.0.0.1:${port}` });
};
