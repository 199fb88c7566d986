import { request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { App } from '../../middleware/app.ts';
import {
  answerCorrectly,
  requestsArrived,
  useFakeServing,
  type Behaviour,
} from '../support/fake-serving.ts';
import { pngOf } from '../support/image.ts';
import { buildTestApp, cat, formOf } from '../support/middleware.ts';

/** Timeout of the middleware whose serving is too slow. */
const HASTY_MS = 400;
const MB = 1024 * 1024;
const LOOPBACK = { port: 0, host: '127.0.0.1' };
const jpeg = 'image/jpeg';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Bytes of the request that left this side before the answer came. */
  readonly sentBytes: number;
}

/** Bytes in the place of the pixels of an image. */
const rubbish = Buffer.alloc(5000, 0x5a);

describe('The middleware given bad input', () => {
  const serving = useFakeServing();
  let app: App;
  let hasty: App;
  let port: string | undefined;
  let hastyPort: string | undefined;

  beforeAll(async () => {
    app = await buildTestApp(serving.url);
    hasty = await buildTestApp(serving.url, { upstreamTimeoutMs: HASTY_MS });
    [port, hastyPort] = await Promise.all(
      [app, hasty].map(async (server) => new URL(await server.listen(LOOPBACK)).port),
    );
  });

  /** Sends a body in pieces and stops when the answer arrives. */
  const post = async (
    path: string,
    contentType: string | undefined,
    body: Uint8Array,
    isChunked = false,
    to = port,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = {
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length }),
      };
      const sent = httpRequest({ port: to, path, method: 'POST', headers, agent: false });
      let isAnswered = false;
      let sentBytes = 0;
      sent.on('response', (response) => {
        isAnswered = true;
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          const { statusCode: status = 0, headers: received } = response;
          resolve({ status, headers: received, body: JSON.parse(text), sentBytes });
        });
      });
      sent.on('error', (error) => {
        // The server may close the connection while this client is still sending.
        if (!isAnswered) reject(error);
      });
      const write = (from: number): void => {
        if (isAnswered) return;
        if (from >= body.length) {
          sent.end();
          return;
        }
        sentBytes = Math.min(body.length, from + 64 * 1024);
        sent.write(body.subarray(from, sentBytes), () => {
          write(from + 64 * 1024);
        });
      };
      write(0);
    });

  const succeeds = async (): Promise<void> => {
    const { status } = await post('/infer/torchserve', jpeg, cat);
    expect(status).toBe(200);
  };

  const form = formOf([{ name: 'image', content: cat }]);

  it.each<[string, string | undefined, Buffer, number, string]>([
    ['a JPEG cut in half', jpeg, cat.subarray(0, cat.length / 2), 422, 'INFER_IMAGE_DAMAGED'],
    ['an empty image', jpeg, Buffer.alloc(0), 400, 'INFER_IMAGE_EMPTY'],
    ['text as an image', jpeg, Buffer.from('a cat'), 415, 'INFER_IMAGE_TYPE_UNSUPPORTED'],
    ['a GIF', jpeg, Buffer.from('GIF89a0000000000000000'), 415, 'INFER_IMAGE_TYPE_UNSUPPORTED'],
    [
      '400 million pixels',
      'image/png',
      pngOf(20_000, 20_000, rubbish),
      413,
      'INFER_IMAGE_TOO_MANY_PIXELS',
    ],
    ['a request without a body', undefined, Buffer.alloc(0), 400, 'INFER_IMAGE_MISSING'],
    ['JSON', 'application/json', Buffer.from('{}'), 415, 'INFER_MEDIA_TYPE_UNSUPPORTED'],
    ['a request without a content type', undefined, cat, 415, 'INFER_MEDIA_TYPE_UNSUPPORTED'],
    ['an unknown content type', 'jpeg', cat, 415, 'INFER_MEDIA_TYPE_UNSUPPORTED'],
  ])('refuses %s whatever the payload', async (_, contentType, body, status, code) => {
    for (const payload of ['image', 'tensor']) {
      const answer = await post(`/infer/torchserve?payload=${payload}`, contentType, body);

      expect(answer).toMatchObject({ status, body: { code, serving: 'torchserve' } });
      await succeeds();
    }
  });

  it.each([
    ['by its announced length', jpeg, false, 8 * MB],
    ['as a form', form.contentType, false, 8 * MB],
    ['as soon as it passes the limit', jpeg, true, 32 * MB],
  ])('refuses 80 MB %s, without reading them', async (_, contentType, isChunked, maxSentBytes) => {
    const answer = await post('/infer/torchserve', contentType, Buffer.alloc(80 * MB), isChunked);

    expect(answer).toMatchObject({ status: 413, body: { code: 'INFER_IMAGE_TOO_LARGE' } });
    expect(answer.headers.connection).toBe('close');
    expect(answer.sentBytes).toBeLessThan(maxSentBytes);
    await succeeds();
  });

  // The tests of the transports and codecs cover all other failures.
  it.each<[string, Behaviour, number, string, string | undefined]>([
    [
      'fails',
      (response) => {
        response.writeHead(500).end('secret');
      },
      502,
      'INFER_UPSTREAM_FAILED',
      '500',
    ],
    [
      'answers in a wrong shape',
      (response) => {
        response.end('{"predictions":[["secret"]]}');
      },
      502,
      'INFER_UPSTREAM_MALFORMED',
      undefined,
    ],
    ['is slow', () => undefined, 504, 'INFER_UPSTREAM_TIMEOUT', undefined],
    [
      'is overloaded',
      (response) => {
        response.writeHead(503).end('secret');
      },
      503,
      'INFER_UPSTREAM_OVERLOADED',
      '503',
    ],
  ])(
    'names the failure, and the status of a serving without quoting it, if that %s',
    async (_, behave, status, code, upstreamStatus) => {
      serving.behave = behave;
      const to = status === 504 ? hastyPort : port;
      const failed = await post('/infer/tfserving', jpeg, cat, false, to);
      serving.behave = answerCorrectly;

      expect(failed).toMatchObject({ status, body: { code, serving: 'tfserving' } });
      expect(failed.headers['infer-upstream-status']).toBe(upstreamStatus);
      expect(failed.headers['retry-after']).toBe(status === 503 ? '1' : undefined);
      expect(failed.body.message).toMatch(/^\[tfserving\] /);
      expect(failed.body.message).not.toContain('secret');
      await succeeds();
    },
  );

  it('cancels the request to the serving when its client leaves', async () => {
    serving.behave = () => undefined;
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /infer/torchserve HTTP/1.1\r\nHost: a\r\nContent-Type: ${jpeg}\r\nContent-Length: ${cat.length}\r\n\r\n`,
    );
    socket.write(cat);
    await requestsArrived(serving);
    socket.destroy();
    while (serving.abandoned === 0) await sleep(5);
    serving.behave = answerCorrectly;

    expect(serving.abandoned).toBe(1);
    await succeeds();
    // Shorter than the timeout of the exchange, after which it would end anyway.
  }, 30_000);
});

describe('A request that Node cannot parse', () => {
  it.each([
    ['GET / HTTP/1.1\r\nbroken header\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('gets an error with code and message: %.30j', async (request, status) => {
    const app = await buildTestApp('http://127.0.0.1:9');
    await app.listen(LOOPBACK);
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.end(request);
    const answer = await textOf(socket);
    await app.close();

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
      code: 'INFER_REQUEST_INVALID',
      message: expect.any(String) as string,
    });
  });
});
