import { setTimeout as sleep } from 'node:timers/promises';
import { RestTransport, type RestTransportOptions } from '../../../middleware/transports/rest.ts';
import { closeAfterTest } from '../../support/close-after-tests.ts';
import {
  answerCorrectly,
  requestsArrived,
  useFakeServing,
  type Behaviour,
} from '../../support/fake-serving.ts';
import { NOWHERE } from '../../support/middleware.ts';

const request = {
  method: 'POST',
  path: '/predictions/resnet-50',
  headers: { 'content-type': 'image/jpeg' },
  body: [Buffer.from('bytes')],
} as const;
const ignore = (): void => undefined;

const status =
  (code: number): Behaviour =>
  (response) => {
    response.statusCode = code;
    response.end('no');
  };

describe('The REST transport', () => {
  const serving = useFakeServing();
  let transport: RestTransport;

  /** A transport for one test, with a long timeout unless `options` has another. */
  const transportTo = (options: Partial<RestTransportOptions> = {}): RestTransport =>
    closeAfterTest(
      new RestTransport({
        serving: 'torchserve',
        origin: serving.url,
        timeoutMs: 30_000,
        maxAnswerBytes: 2 ** 24,
        connections: 64,
        ...options,
      }),
    );

  beforeEach(() => {
    transport = transportTo();
  });

  it.each([3, 200_000])(
    'sends the parts of a body one after the other, with their length, up to %i bytes each',
    async (size) => {
      const parts = [Buffer.from('ab'), Buffer.alloc(size, 'c')];
      await transport.send({ ...request, body: parts }, ignore);

      expect(serving.received[0]?.body.equals(Buffer.concat(parts))).toBe(true);
      expect(serving.received[0]?.headers).toMatchObject({
        'content-length': String(size + 2),
        'content-type': 'image/jpeg',
      });
    },
  );

  it('releases the memory of a body when its answer has arrived, and not before', async () => {
    const order: string[] = [];
    serving.behave = (response) => {
      order.push('answered');
      response.end('{}');
    };
    await transport.send({ ...request, release: () => order.push('released') }, ignore);

    expect(order).toEqual(['answered', 'released']);
  });

  it('does not release the memory of a body that may still be sent', async () => {
    let isReleased = false;
    serving.behave = ignore;
    const release = (): void => {
      isReleased = true;
    };
    const hasty = transportTo({ timeoutMs: 300 });

    await expect(hasty.send({ ...request, release }, ignore)).rejects.toThrow();
    expect(isReleased).toBe(false);
  });

  it.each<[string, string, Behaviour]>([
    ['INFER_UPSTREAM_RESET', 'a reset', (_, socket) => socket.resetAndDestroy()],
    ['INFER_UPSTREAM_TIMEOUT', 'no answer', ignore],
    [
      'INFER_UPSTREAM_TIMEOUT',
      'an answer that stops halfway',
      (response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half');
      },
    ],
    [
      'INFER_UPSTREAM_INCOMPLETE',
      'an answer that ends halfway',
      (response, socket) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => socket.destroySoon());
      },
    ],
    [
      'INFER_UPSTREAM_MALFORMED',
      'another protocol',
      (_, socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'),
    ],
    [
      'INFER_UPSTREAM_MALFORMED',
      'an answer of 17 MiB',
      (response) => {
        response.end(Buffer.alloc(17 * 1024 * 1024));
      },
    ],
    ['INFER_UPSTREAM_MALFORMED', 'status 302', status(302)],
    ['INFER_UPSTREAM_REJECTED', 'status 404', status(404)],
    ['INFER_UPSTREAM_OVERLOADED', 'status 429', status(429)],
    ['INFER_UPSTREAM_FAILED', 'status 500', status(500)],
    ['INFER_UPSTREAM_OVERLOADED', 'status 503', status(503)],
  ])('reports %s after %s, and the next request succeeds', async (code, _, behave) => {
    serving.behave = behave;
    // Long enough for an answer from this process.
    const client = transportTo(code === 'INFER_UPSTREAM_TIMEOUT' ? { timeoutMs: 3000 } : {});
    await expect(client.send(request, ignore)).rejects.toMatchObject({ code });

    serving.behave = answerCorrectly;
    await expect(client.send(request, ignore)).resolves.toMatchObject({ status: 200 });
  });

  it('reports that nothing listens', async () => {
    const lost = transportTo({ origin: NOWHERE });

    await expect(lost.send(request, ignore)).rejects.toMatchObject({
      code: 'INFER_UPSTREAM_UNAVAILABLE',
      cause: { code: 'ECONNREFUSED' },
    });
  });

  it('includes the wait for a connection in the timeout', async () => {
    const single = transportTo({ timeoutMs: 200, connections: 1 });
    serving.behave = ignore;
    const results = await Promise.allSettled([
      single.send(request, ignore),
      single.send(request, ignore),
    ]);

    expect(results.map(({ status: outcome }) => outcome)).toEqual(['rejected', 'rejected']);
  });

  it('cancels an exchange if it is aborted, and closes its connection', async () => {
    serving.behave = ignore;
    const sent = transport.send(request, (abort) => {
      void requestsArrived(serving).then(() => abort(new Error('aborted')));
    });

    await expect(sent).rejects.toThrow('aborted');
    // The serving, which is in this process, notices it after some turns of the event loop.
    while (serving.abandoned < 1) await sleep(5);
    expect(serving.abandoned).toBe(1);
  });

  it('opens no connection in place of one whose exchange was cancelled', async () => {
    serving.behave = ignore;
    const hasty = transportTo({ timeoutMs: 3000 });
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, async () => hasty.send(request, ignore)),
    );
    expect(new Set(answers.map(({ status: end }) => end))).toEqual(new Set(['rejected']));
    // Time to open further connections and to close them again.
    await sleep(200);
    for (let count = 0; count < 200 && serving.connections.size > 0; count += 1) await sleep(50);
    expect(serving.connections.size).toBe(0);

    serving.behave = status(200);
    await expect(hasty.send(request, ignore)).resolves.toMatchObject({ status: 200 });
  });

  it('works with 64 requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, async () => transport.send(request, ignore)),
    );

    expect(answers).toHaveLength(64);
  });
});
