import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

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

/** The whole answer, with the status behind it. */
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

/** Runs when the other side has read what the stream was told so far: it answers a ping behind that. */
const whenRead = (stream: Parameters<GrpcBehaviour>[0], then: () => void): void => {
  stream.session?.ping(then);
};

const page =
  (code: number): GrpcBehaviour =>
  (stream) => {
    stream.respond({ ':status': code, 'content-type': 'text/html' });
    stream.end('<html>hello</html>');
  };

/** Runs out where nothing is answered, and is enough for an answer from this process. */
const LATE_MS = 2000;

describe('a gRPC call that gives no message', () => {
  let serving: FakeGrpcServing;
  let transport: GrpcTransport;

  const dropConnections = (): void => {
    for (const socket of serving.sockets) socket.destroy();
  };
  const resetConnections = (): void => {
    for (const socket of serving.sockets) socket.resetAndDestroy();
  };

  beforeEach(async () => {
    serving = await startFakeGrpcServing();
    transport = transportTo(serving.url);
  });
  afterEach(async () => {
    await transport.close();
    await serving.close();
  });

  it.each([
    [1, 'INFER_UPSTREAM_RESET', /closed the connection/],
    [2, 'INFER_UPSTREAM_FAILED', /UNKNOWN/],
    [3, 'INFER_UPSTREAM_REJECTED', /INVALID_ARGUMENT/],
    [4, 'INFER_UPSTREAM_TIMEOUT', /did not answer/],
    [5, 'INFER_UPSTREAM_REJECTED', /NOT_FOUND/],
    [6, 'INFER_UPSTREAM_REJECTED', /ALREADY_EXISTS/],
    [7, 'INFER_UPSTREAM_REJECTED', /PERMISSION_DENIED/],
    [8, 'INFER_UPSTREAM_OVERLOADED', /RESOURCE_EXHAUSTED/],
    [9, 'INFER_UPSTREAM_REJECTED', /FAILED_PRECONDITION/],
    [10, 'INFER_UPSTREAM_FAILED', /ABORTED/],
    [11, 'INFER_UPSTREAM_REJECTED', /OUT_OF_RANGE/],
    [12, 'INFER_UPSTREAM_REJECTED', /UNIMPLEMENTED/],
    [13, 'INFER_UPSTREAM_FAILED', /INTERNAL/],
    [14, 'INFER_UPSTREAM_OVERLOADED', /UNAVAILABLE/],
    [15, 'INFER_UPSTREAM_FAILED', /DATA_LOSS/],
    [16, 'INFER_UPSTREAM_REJECTED', /UNAUTHENTICATED/],
    [99, 'INFER_UPSTREAM_FAILED', /99/],
  ])('takes the status %i for %s, before a message and behind one', async (code, error, words) => {
    serving.behave = endWith(code, 'words of the serving');
    const before = transport.send(request, ignore);
    await expect(before).rejects.toMatchObject({ code: error });
    await expect(before).rejects.toThrow(words);
    await expect(before).rejects.not.toThrow('words of the serving');

    serving.behave = answerBytes(framed(Buffer.from('x')), { 'grpc-status': String(code) });
    await expect(transport.send(request, ignore)).rejects.toMatchObject({ code: error });
  });

  it('lets the codec say what a status means, by its name and its words', async () => {
    const asked: string[][] = [];
    const own = transportTo(serving.url, {
      meaningOf: (name, details) => {
        asked.push([name, details]);
        return details.includes('full') ? 'overloaded' : undefined;
      },
    });
    serving.behave = endWith(13, 'the queue is full: 100%25 %E6%BB%A1');
    await expect(own.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_OVERLOADED',
    });
    serving.behave = endWith(13, 'else');
    await expect(own.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_FAILED',
    });
    await own.close();

    expect(asked).toEqual([
      ['INTERNAL', 'the queue is full: 100% 满'],
      ['INTERNAL', 'else'],
    ]);
  });

  it.each<[string, string, GrpcBehaviour]>([
    ['RESET', 'drops the connection', () => dropConnections()],
    ['RESET', 'resets the connection', () => resetConnections()],
    ['RESET', 'ends the session with an error', (stream) => stream.session?.destroy(undefined, 2)],
    ['RESET', 'cancels the call', (stream) => stream.close(8)],
    ['RESET', 'resets the call as a protocol error', (stream) => stream.close(1)],
    ['RESET', 'resets the call as an internal error', (stream) => stream.close(2)],
    ['OVERLOADED', 'refuses the call', (stream) => stream.close(7)],
    ['OVERLOADED', 'resets the call to calm the client', (stream) => stream.close(11)],
    [
      'INCOMPLETE',
      'drops the connection in its answer',
      (stream, message) => {
        startHalf(stream, message);
        whenRead(stream, dropConnections);
      },
    ],
    [
      'INCOMPLETE',
      'resets the connection in its answer',
      (stream, message) => {
        startHalf(stream, message);
        whenRead(stream, resetConnections);
      },
    ],
    ['TIMEOUT', 'says nothing', keepSilent],
    ['TIMEOUT', 'says half of its answer', startHalf],
    [
      'TIMEOUT',
      'says all but the status',
      (stream) => {
        stream.respond(HEAD);
        stream.write(framed(Buffer.from('x')));
      },
    ],
    ['MALFORMED', 'answers no message', answerBytes(Buffer.alloc(0))],
    ['MALFORMED', 'answers success alone', endWith(0)],
    ['MALFORMED', 'answers half a message', answerBytes(framed(Buffer.alloc(100)).subarray(0, 50))],
    [
      'MALFORMED',
      'answers two messages',
      answerBytes(Buffer.concat([framed(Buffer.from('a')), framed(Buffer.from('b'))])),
    ],
    ['MALFORMED', 'answers in a compression', answerBytes(framed(Buffer.from('x'), 1))],
    ['MALFORMED', 'answers without a status', answerBytes(framed(Buffer.from('x')), {})],
    [
      'MALFORMED',
      'answers a status that is no number',
      answerBytes(framed(Buffer.from('x')), { 'grpc-status': 'fine' }),
    ],
    ['MALFORMED', 'answers 17 MB', answerWith(Buffer.alloc(17 * 2 ** 20))],
    ['MALFORMED', 'answers a page', page(200)],
    ['MALFORMED', 'finds nothing there', page(404)],
    ['MALFORMED', 'is a proxy without a server', page(503)],
  ])('says INFER_UPSTREAM_%s where the serving %s, and the next call succeeds', async (...row) => {
    const [code, , behave] = row;
    const right = serving.behave;
    serving.behave = behave;
    const own = transportTo(serving.url, code === 'TIMEOUT' ? { timeoutMs: LATE_MS } : {});
    await expect(own.send(request, ignore)).rejects.toMatchObject({
      code: `INFER_UPSTREAM_${code}`,
    });
    expect(serving.received).toHaveLength(1);

    serving.behave = right;
    await expect(own.send(request, ignore)).resolves.toMatchObject({
      body: Buffer.from('message'),
    });
    await own.close();
  });

  it('makes room for the next when the serving refuses it without reading its message', async () => {
    const single = transportTo(serving.url, { connections: 1 });
    const body = [Buffer.alloc(4 * 2 ** 20)];
    serving.behaveAtOnce = (stream) => endWith(3, 'no')(stream, Buffer.alloc(0));
    await expect(single.send({ ...request, body }, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_REJECTED',
    });

    serving.behaveAtOnce = undefined;
    await single.send({ ...request, body }, ignore);
    await single.close();
    expect(serving.received.map(({ connection }) => connection)).toEqual([1]);
  });

  it.each([
    ['MALFORMED', 'speaks HTTP/1.1', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['MALFORMED', 'speaks another protocol', 'SSH-2.0-OpenSSH\r\n'],
    ['RESET', 'hangs up', ''],
  ])('says INFER_UPSTREAM_%s where what listens %s', async (code, _, words) => {
    const stranger = await listenTcp((socket) => {
      socket.end(words);
      socket.resume();
    });
    const own = transportTo(stranger.url);

    await expect(own.send(request, ignore)).rejects.toMatchObject({
      code: `INFER_UPSTREAM_${code}`,
    });
    await own.close();
    await stranger.close();
  });

  it('does not take an HTTP/1.1 server for a serving', async () => {
    const http = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const own = transportTo(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);

    await expect(own.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_MALFORMED',
    });
    await own.close();
    http.closeAllConnections();
    http.close();
  });
});
