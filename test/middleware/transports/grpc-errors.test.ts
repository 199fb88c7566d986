import type { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import {
  answerWith,
  endWith,
  framed,
  HEAD,
  keepSilent,
  startFakeGrpcServing,
} from '../../support/fake-grpc-serving.ts';
import type { FakeGrpcServing, GrpcBehaviour } from '../../support/fake-grpc-serving.ts';
import { listenTcp } from '../../support/tcp-server.ts';
import { ignore, request, transportTo } from './grpc-support.ts';

/** Answers bytes, followed by the trailers. */
const answerBytes =
  (bytes: Buffer, trailers: Readonly<Record<string, string>> = { 'grpc-status': '0' }) =>
  (stream: Parameters<GrpcBehaviour>[0]): void => {
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(bytes);
  };

const startHalf: GrpcBehaviour = (stream) => {
  stream.respond(HEAD);
  stream.write(framed(Buffer.alloc(100)).subarray(0, 50));
};

/** Calls `then` when the client has read everything sent so far, because it then answers a ping. */
const whenRead = (stream: Parameters<GrpcBehaviour>[0], then: () => void): void => {
  stream.session?.ping(then);
};

const page =
  (code: number): GrpcBehaviour =>
  (stream) => {
    stream.respond({ ':status': code, 'content-type': 'text/html' });
    stream.end('<html>hello</html>');
  };

/** Timeout for calls without an answer; long enough for an answer from this process. */
const LATE_MS = 3000;

const SERVINGS_TEXT = 'text of the serving';

describe('The gRPC transport', () => {
  let serving: FakeGrpcServing;
  let transport: GrpcTransport;

  const resetConnections = (): void => {
    for (const socket of serving.sockets) socket.resetAndDestroy();
  };

  beforeEach(async () => {
    serving = await startFakeGrpcServing();
    transport = transportTo(serving.url);
  });

  it.each([
    ['RESET', [1]],
    ['TIMEOUT', [4]],
    ['OVERLOADED', [8, 14]],
    ['REJECTED', [3, 5, 6, 7, 9, 11, 12, 16]],
    ['FAILED', [2, 10, 13, 15, 99]],
  ])(
    'reports INFER_UPSTREAM_%s for the statuses %j, with and without a message',
    async (...row) => {
      const [error, statuses] = row;
      for (const status of statuses) {
        serving.behave = endWith(status, SERVINGS_TEXT);
        const without = transport.send(request, ignore);
        await expect(without).rejects.toMatchObject({ code: `INFER_UPSTREAM_${error}` });
        await expect(without).rejects.not.toThrow(SERVINGS_TEXT);

        serving.behave = answerBytes(framed(Buffer.from('x')), { 'grpc-status': String(status) });
        await expect(transport.send(request, ignore)).rejects.toMatchObject({
          code: `INFER_UPSTREAM_${error}`,
        });
      }
    },
  );

  it('says that a message was too large instead of calling the serving overloaded', async () => {
    serving.behave = endWith(8, 'Received message larger than max (4915260 vs. 4194304)');

    await expect(transport.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_TOO_LARGE',
    });
  });

  it('lets the codec interpret a status by its name and message', async () => {
    const statuses: string[][] = [];
    const interpreting = transportTo(serving.url, {
      meaningOf: (name, details) => {
        statuses.push([name, details]);
        return details.includes('full') ? 'overloaded' : undefined;
      },
    });
    serving.behave = endWith(13, 'the queue is full: 100%25 %E6%BB%A1');
    await expect(interpreting.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_OVERLOADED',
    });
    serving.behave = endWith(13, 'else');
    await expect(interpreting.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_FAILED',
    });

    expect(statuses).toEqual([
      ['INTERNAL', 'the queue is full: 100% 满'],
      ['INTERNAL', 'else'],
    ]);
  });

  it.each<[string, string, GrpcBehaviour]>([
    ['RESET', 'resets the connection', () => resetConnections()],
    ['RESET', 'ends the session with an error', (stream) => stream.session?.destroy(undefined, 2)],
    ['RESET', 'cancels the call', (stream) => stream.close(8)],
    ['RESET', 'resets the call as a protocol error', (stream) => stream.close(1)],
    ['OVERLOADED', 'refuses the call', (stream) => stream.close(7)],
    ['OVERLOADED', 'resets the call to calm the client', (stream) => stream.close(11)],
    [
      'INCOMPLETE',
      'resets the connection in its answer',
      (stream, message) => {
        startHalf(stream, message);
        whenRead(stream, resetConnections);
      },
    ],
    ['TIMEOUT', 'answers nothing', keepSilent],
    [
      'TIMEOUT',
      'sends everything but the status',
      (stream) => {
        stream.respond(HEAD);
        stream.write(framed(Buffer.from('x')));
      },
    ],
    ['MALFORMED', 'answers no message', answerBytes(Buffer.alloc(0))],
    ['MALFORMED', 'answers only a status of success', endWith(0)],
    ['MALFORMED', 'answers half a message', answerBytes(framed(Buffer.alloc(100)).subarray(0, 50))],
    [
      'MALFORMED',
      'answers two messages',
      answerBytes(Buffer.concat([framed(Buffer.from('a')), framed(Buffer.from('b'))])),
    ],
    ['MALFORMED', 'compresses its answer', answerBytes(framed(Buffer.from('x'), 1))],
    ['MALFORMED', 'answers without a status', answerBytes(framed(Buffer.from('x')), {})],
    [
      'MALFORMED',
      'answers a status that is not a number',
      answerBytes(framed(Buffer.from('x')), { 'grpc-status': 'fine' }),
    ],
    ['MALFORMED', 'answers 17 MB', answerWith(Buffer.alloc(17 * 2 ** 20))],
    ['MALFORMED', 'answers an HTML page', page(200)],
    ['OVERLOADED', 'is a proxy without a server', page(503)],
    ['REJECTED', 'is another program without this path', page(404)],
    [
      'TOO_LARGE',
      'takes no message of this size',
      endWith(8, 'grpc: received message larger than max (5000000 vs. 4194304)'),
    ],
  ])('reports INFER_UPSTREAM_%s if the serving %s, and the next call succeeds', async (...row) => {
    const [code, , behave] = row;
    const answerCorrectly = serving.behave;
    serving.behave = behave;
    const client = transportTo(serving.url, code === 'TIMEOUT' ? { timeoutMs: LATE_MS } : {});
    await expect(client.send(request, ignore)).rejects.toMatchObject({
      code: `INFER_UPSTREAM_${code}`,
    });
    expect(serving.received).toHaveLength(1);

    serving.behave = answerCorrectly;
    await expect(client.send(request, ignore)).resolves.toMatchObject({
      body: Buffer.from('message'),
    });
  });

  it('keeps using a connection if the serving refuses a call without reading its message', async () => {
    const single = transportTo(serving.url, { connections: 1 });
    const body = [Buffer.alloc(4 * 2 ** 20)];
    serving.behaveAtOnce = (stream) => endWith(3, 'no')(stream, Buffer.alloc(0));
    await expect(single.send({ ...request, body }, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_REJECTED',
    });

    serving.behaveAtOnce = undefined;
    await single.send({ ...request, body }, ignore);
    expect(serving.received.map(({ connection }) => connection)).toEqual([1]);
  });

  it.each([
    ['MALFORMED', 'speaks HTTP/1.1', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['MALFORMED', 'speaks another protocol', 'SSH-2.0-OpenSSH\r\n'],
    ['RESET', 'hangs up', ''],
  ])('reports INFER_UPSTREAM_%s if the listener %s', async (code, _, greeting) => {
    const listener = await listenTcp((socket) => {
      socket.end(greeting);
      socket.resume();
    });
    const client = transportTo(listener.url);

    await expect(client.send(request, ignore)).rejects.toMatchObject({
      code: `INFER_UPSTREAM_${code}`,
    });
  });
});
