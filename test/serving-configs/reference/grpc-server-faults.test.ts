import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import { createDelayEngine } from '../../../serving-configs/reference/engines/delay-engine.ts';
import { fixedScores } from '../../../serving-configs/reference/fixed-outputs.ts';
import type { ReferenceGrpcServer } from '../../../serving-configs/reference/grpc-server.ts';
import { framed } from '../../support/fake-grpc-serving.ts';
import {
  answered,
  ask,
  clientOf,
  endAll,
  INFER,
  messageOf,
  model,
  send,
  start,
} from './grpc-server-support.ts';
import { echoEngine, holdingEngine } from './holding-engine.ts';

/** What Node's HTTP/2 client gets for whatever it sends. */
const rawCall = async (
  { url }: ReferenceGrpcServer,
  write: (stream: ClientHttp2Stream) => void,
): Promise<Record<string, unknown>> => {
  const session = connectHttp2(url);
  const stream = session.request({
    ':method': 'POST',
    ':path': INFER,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  write(stream);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  stream.resume();
  await once(stream, 'close');
  session.close();
  return headers;
};

describe('the gRPC server of the simulated server, where something goes wrong,', () => {
  afterEach(endAll);

  it.each(['deadline', 'cancel'] as const)(
    'goes on after a %s of its client, also where it has an answer later',
    async (how) => {
      const { engine, release, arrived } = holdingEngine();
      const client = clientOf(await start(engine));
      const { call, answer } = send(client, messageOf(1), {
        deadlineMs: how === 'deadline' ? 2000 : 30_000,
      });
      const ended = answer.catch((error: unknown) => error);
      await arrived();
      if (how === 'cancel') call.cancel();

      expect(await ended).toMatchObject({
        code: how === 'cancel' ? status.CANCELLED : status.DEADLINE_EXCEEDED,
      });
      release();
      expect(answered(await ask(client, messageOf(2))).id).toBe('2');
    },
  );

  it('goes on after a client that left in the middle of its message', async () => {
    const server = await start(echoEngine());
    const session = connectHttp2(server.url);
    const stream = session.request({ ':method': 'POST', ':path': INFER });
    stream.on('error', () => undefined);
    await new Promise((resolve) => {
      stream.write(framed(messageOf()).subarray(0, 300_000), resolve);
    });
    session.destroy();

    expect(answered(await ask(clientOf(server), messageOf(3))).id).toBe('3');
  });

  it('goes on after a client that speaks something else', async () => {
    const server = await start(echoEngine());
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await once(socket, 'close');

    expect(answered(await ask(clientOf(server), messageOf(4))).id).toBe('4');
  });

  it.each(['reset', 'halfBody'] as const)(
    'drops the connection where the delay engine is told to (%s)',
    async (fault) => {
      const latency = { kind: 'constant', ms: 0 } as const;
      const engine = createDelayEngine(fixedScores(model), { latency, faults: { [fault]: 1 } });
      const client = clientOf(await start(engine));

      for (const seed of [1, 2]) {
        await expect(ask(client, messageOf(seed))).rejects.toMatchObject({
          code: status.UNAVAILABLE,
          details: expect.stringMatching(/Connection dropped|ECONNRESET/) as string,
        });
      }
    },
  );

  it.each([
    ['failed', status.INTERNAL],
    ['overloaded', status.UNAVAILABLE],
  ] as const)('fails as the platform does where the engine is to be %s', async (failure, code) => {
    const latency = { kind: 'constant', ms: 0 } as const;
    const engine = createDelayEngine(fixedScores(model), { latency, failureShare: 1, failure });

    await expect(ask(clientOf(await start(engine)), messageOf())).rejects.toMatchObject({ code });
  });

  it.each([
    ['no message', Buffer.alloc(0)],
    ['a message that is cut off', framed(Buffer.alloc(10)).subarray(0, 12)],
    ['a compressed message', Buffer.concat([Buffer.of(1), framed(Buffer.alloc(10)).subarray(1)])],
  ])('refuses a call with %s', async (_, bytes) => {
    const headers = await rawCall(await start(), (stream) => stream.end(bytes));

    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(status.INTERNAL),
    });
  });
});
