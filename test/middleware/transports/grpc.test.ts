import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import {
  answerWith,
  framed,
  HEAD,
  keepSilent,
  startFakeGrpcServing,
} from '../../support/fake-grpc-serving.ts';
import type { FakeGrpcServing } from '../../support/fake-grpc-serving.ts';
import { listenTcp } from '../../support/tcp-server.ts';
import {
  codeOf,
  HASTY_MS,
  ignore,
  PATH,
  request,
  TIMEOUT_MS,
  transportTo,
} from './grpc-support.ts';

describe('The gRPC transport', () => {
  let serving: FakeGrpcServing;
  let transport: GrpcTransport;

  beforeEach(async () => {
    serving = await startFakeGrpcServing();
    transport = transportTo(serving.url);
  });

  it('sends the parts of a message as one gRPC message', async () => {
    const answer = await transport.send(request, ignore);

    expect(Buffer.from(answer.body).toString()).toBe('message');
    expect(serving.received).toHaveLength(1);
    expect(serving.received[0]).toMatchObject({
      path: PATH,
      message: Buffer.from('message'),
      headers: {
        ':method': 'POST',
        te: 'trailers',
        'content-type': 'application/grpc',
        'grpc-timeout': `${TIMEOUT_MS}m`,
      },
    });
  });

  it('reads an answer that comes in many pieces', async () => {
    const message = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
    serving.behave = (stream) => {
      stream.respond(HEAD, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      const bytes = framed(message);
      for (let at = 0; at < bytes.length; at += 1000) stream.write(bytes.subarray(at, at + 1000));
      stream.end();
    };
    const { body } = await transport.send(request, ignore);

    expect(Buffer.from(body).equals(message)).toBe(true);
  });

  it('releases the memory of a message when its answer has arrived, and not before', async () => {
    const order: string[] = [];
    serving.behave = (stream, message) => {
      order.push('answered');
      answerWith(message)(stream, message);
    };
    await transport.send({ ...request, release: () => order.push('released') }, ignore);

    expect(order).toEqual(['answered', 'released']);
  });

  it('does not release the memory of a message that may still be sent', async () => {
    let isReleased = false;
    serving.behave = keepSilent;
    const release = (): void => {
      isReleased = true;
    };
    const hasty = transportTo(serving.url, { timeoutMs: HASTY_MS });

    await expect(hasty.send({ ...request, release }, ignore)).rejects.toThrow();
    await hasty.close();
    expect(isReleased).toBe(false);
  });

  it('reports at once that nothing listens', async () => {
    await serving.close();
    const slow = transportTo(serving.url);

    await expect(slow.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const codes = await Promise.all(
      Array.from({ length: 16 }, () => slow.send(request, ignore).catch(codeOf)),
    );
    expect(new Set(codes)).toEqual(new Set(['INFER_UPSTREAM_UNAVAILABLE']));
  });

  it.each([0, 1])(
    'reaches a serving again as soon as it is back (after %i successful calls)',
    async (before) => {
      for (let count = 0; count < before; count += 1) await transport.send(request, ignore);
      await serving.close();
      const codes: unknown[] = [];
      for (let count = 0; count < 8; count += 1) {
        codes.push(await transport.send(request, ignore).catch(codeOf));
      }
      // The client may notice the end of a connection only after the next call has started on it.
      const late = codes.filter((code) => code === 'INFER_UPSTREAM_RESET');
      expect(late.length).toBeLessThanOrEqual(before);
      expect(codes.filter((code) => code === 'INFER_UPSTREAM_UNAVAILABLE')).toHaveLength(
        8 - late.length,
      );

      serving = await startFakeGrpcServing(serving.port);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => transport.send(request, ignore)),
      );
      expect(answers).toHaveLength(8);
    },
  );

  it('lets calls finish on a connection on which the serving accepts no new ones', async () => {
    const answers: (() => void)[] = [];
    let pinged: Promise<void> | undefined;
    serving.behave = (stream, message) => {
      stream.session?.goaway();
      pinged = new Promise((resolve) => {
        stream.session?.ping(() => resolve());
      });
      answers.push(() => answerWith(message)(stream, message));
    };
    const old = transport.send(request, ignore);
    while (answers.length < 1) await sleep(2);
    // The client answers pings in the order in which it reads frames, so it has read GOAWAY.
    await pinged;
    serving.behave = answerWith(Buffer.from('new'));
    const exchanges = Array.from({ length: 4 }, () => transport.send(request, ignore));

    expect((await Promise.all(exchanges)).map(({ body }) => Buffer.from(body).toString())).toEqual(
      Array(4).fill('new'),
    );
    answers[0]?.();
    await expect(old).resolves.toMatchObject({ body: Buffer.from('message') });
  });

  it('cancels a call if it is aborted, and tells the serving', async () => {
    serving.behave = keepSilent;
    const sent = transport.send(request, (abort) => {
      setTimeout(() => {
        abort(new Error('aborted'));
      }, 50);
    });

    await expect(sent).rejects.toThrow('aborted');
    while (serving.cancelled < 1) await sleep(2);
    serving.behave = answerWith(Buffer.from('x'));
    await transport.send(request, ignore);
    expect(new Set(serving.received.map(({ connection }) => connection))).toEqual(new Set([1]));
  });

  it('cancels a call before it has a connection, and the next one succeeds', async () => {
    const sent = transport.send(request, (abort) => abort(new Error('aborted')));

    await expect(sent).rejects.toThrow('aborted');
    await expect(transport.send(request, ignore)).resolves.toMatchObject({
      body: Buffer.from('message'),
    });
    expect(serving.received).toHaveLength(1);
  });

  it('includes connecting in the timeout, and connects again afterwards', async () => {
    let count = 0;
    // The first connection is never answered, as if the machine were gone.
    const proxy = await listenTcp((socket) => {
      count += 1;
      if (count === 1) return;
      const onward = connect(serving.port, '127.0.0.1');
      onward.on('error', ignore);
      socket.pipe(onward).pipe(socket);
    });
    // Long enough for the second call, which stays in this process.
    const throughProxy = transportTo(proxy.url, { connections: 1, timeoutMs: 4000 });

    await expect(throughProxy.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_TIMEOUT',
    });
    await expect(throughProxy.send(request, ignore)).resolves.toMatchObject({
      body: Buffer.from('message'),
    });
  });

  it('spreads concurrent calls over its connections', async () => {
    const held: (() => void)[] = [];
    serving.behave = (stream, message) => {
      held.push(() => answerWith(message)(stream, message));
      if (held.length === 16) for (const answer of held) answer();
    };
    await Promise.all(Array.from({ length: 16 }, () => transport.send(request, ignore)));
    const connections = serving.received.map(({ connection }) => connection);
    const counts = [...new Set(connections)].map(
      (id) => connections.filter((connection) => connection === id).length,
    );
    expect(counts).toEqual([4, 4, 4, 4]);
  });

  it('sends several large messages on one connection at once', async () => {
    const large = { ...request, body: [Buffer.alloc(4 * 2 ** 20)] };
    serving.behave = answerWith(Buffer.from('fine'));
    const single = transportTo(serving.url, { connections: 1 });
    const answers: string[] = [];
    const callers = Array.from({ length: 6 }, async () => {
      for (let call = 0; call < 2; call += 1) {
        answers.push(String((await single.send(large, ignore)).body));
      }
    });
    await Promise.all(callers);

    expect(answers).toEqual(Array.from({ length: 12 }, () => 'fine'));
  });

  it('opens and closes a connection for each call if configured', async () => {
    const each = transportTo(serving.url, { isChannelPerCall: true });
    await each.send(request, ignore);
    await each.send(request, ignore);
    await Promise.all([each.send(request, ignore), each.send(request, ignore)]);

    expect(new Set(serving.received.map(({ connection }) => connection)).size).toBe(4);
    while (serving.sockets.size > 0) await sleep(2);
  });

  it.each([false, true])(
    'closes its connections and opens no new ones when closed, with one per call: %s',
    async (isChannelPerCall) => {
      serving.behave = keepSilent;
      const slow = transportTo(serving.url, { isChannelPerCall });
      const sent = Array.from({ length: 6 }, () => slow.send(request, ignore).catch(codeOf));
      while (serving.received.length < 6) await sleep(2);
      await slow.close();

      for (const code of await Promise.all(sent)) {
        expect(code).toMatch(/^INFER_UPSTREAM_(RESET|UNAVAILABLE)$/);
      }
      while (serving.sockets.size > 0) await sleep(2);
      await expect(slow.send(request, ignore)).rejects.toMatchObject({
        code: 'INFER_UPSTREAM_UNAVAILABLE',
      });
      await sleep(20);
      expect(serving.sockets.size).toBe(0);
    },
  );
});
