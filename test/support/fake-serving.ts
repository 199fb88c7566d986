import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { listenHttp } from './http-server.ts';

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
}

export type Behaviour = (response: ServerResponse, socket: Socket, path: string) => void;

const { nameOf } = CLASSIFIER.labels;
const json = (value: unknown): string => JSON.stringify(value);
const scores = Array.from({ length: 1000 }, (_, index) => (index === 281 ? 0.6 : 0.0004));

/** A correct answer in the protocol of the path, with class 281 as the best. */
const correctAnswer = (path: string): string => {
  if (path.startsWith('/predictions/')) {
    return json({ [nameOf(281)]: 0.6, [nameOf(282)]: 0.2, [nameOf(285)]: 0.1 });
  }
  if (path.startsWith('/v1/models/')) return json({ predictions: [scores] });
  const output = { name: 'OUTPUT__0', datatype: 'FP32', shape: [1, 1000], data: scores };
  return json({ outputs: [output] });
};

export const answerCorrectly: Behaviour = (response, _, path) => {
  response.setHeader('content-type', 'application/json');
  response.end(correctAnswer(path));
};

/** Lets a serving hold its answers until the returned function is called. */
export const holdAnswers = (serving: FakeServing): (() => void) => {
  const held: (() => void)[] = [];
  serving.behave = (...request) => void held.push(() => answerCorrectly(...request));
  return () => {
    serving.behave = answerCorrectly;
    for (const answer of held) answer();
  };
};

/** Waits until a serving has received this many requests. */
export const requestsArrived = async ({ received }: FakeServing, count = 1): Promise<void> => {
  while (received.length < count) await sleep(2);
};

/** An HTTP server in this process that acts as a serving and can be told to misbehave. It forgets everything before each test. */
export const useFakeServing = (): FakeServing => {
  const connections = new Set<Socket>();
  const received: FakeServing['received'] = [];
  const fake = { url: '', received, behave: answerCorrectly, abandoned: 0, connections };

  beforeAll(async () => {
    const listening = await listenHttp((request, response, body) => {
      const { url: path = '', headers, method, socket } = request;
      if (method === 'GET') {
        response.end('{}');
        return;
      }
      response.once('close', () => {
        if (!response.writableFinished) fake.abandoned += 1;
      });
      received.push({ path, headers, body });
      fake.behave(response, socket, path);
    });
    listening.server.on('connection', (socket) => {
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
    });
    fake.url = listening.url;
  });
  beforeEach(() => {
    received.length = 0;
    Object.assign(fake, { behave: answerCorrectly, abandoned: 0 });
  });
  return fake;
};
