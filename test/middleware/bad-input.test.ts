import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';

import type { App } from '../../middleware/app.ts';
import { startFakeServing } from '../support/fake-serving.ts';
import type { Behaviour, FakeServing } from '../support/fake-serving.ts';
import { buildTestApp, cat, formOf } from '../support/middleware.ts';

/** Of the one that is to find its serving too slow. */
const HASTY_MS = 400;
const MB = 1024 * 1024;
const jpeg = 'image/jpeg';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Bytes of the request that left this side before the answer came. */
  readonly sentBytes: number;
}

/** A JPEG whose header claims another size: the two numbers behind the start of its frame. */
const withSize = (bytes: Buffer, width: number, height: number): Buffer => {
  const changed = Buffer.from(bytes);
  const frame = Math.max(
    changed.indexOf('\xff\xc0', 'latin1'),
    changed.indexOf('\xff\xc2', 'latin1'),
  );
  changed.writeUInt16BE(height, frame + 5);
  changed.writeUInt16BE(width, frame + 7);
  return changed;
};

const pngChunk = (type: string, data: Buffer): Buffer => {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
};

/** A PNG of 20,000×20,000 black pixels, one bit each: 50 kB that become more than a gigabyte of colours. */
const bomb = (): Buffer => {
  const side = 20_000;
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  const rows = deflateSync(Buffer.alloc((side / 8 + 1) * side));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};

/** A PNG with both ends, and rubbish where its pixels should be. */
const damaged = (): Buffer => {
  const header = Buffer.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', Buffer.alloc(5000, 0x5a)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};

const answering =
  (text: string): Behaviour =>
  (response) => {
    response.end(text);
  };

const portOf = ({ http }: App): number => (http.server.address() as AddressInfo).port;

describe('bad input', () => {
  let serving: FakeServing;
  let app: App;
  let hasty: App;
  let port: number;

  beforeAll(async () => {
    serving = await startFakeServing();
    app = await buildTestApp(serving.url);
    hasty = await buildTestApp(serving.url, { upstreamTimeoutMs: HASTY_MS });
    await hasty.http.listen({ port: 0, host: '127.0.0.1' });
    await app.http.listen({ port: 0, host: '127.0.0.1' });
    port = portOf(app);
  });
  afterAll(async () => {
    await app.http.close();
    await hasty.http.close();
    await serving.close();
  });

  /** Sends a body over a socket, in pieces where it is large, and stops when the answer comes. */
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
        // The other side may close while this one still sends.
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
  const two = formOf([
    { name: 'image', content: cat },
    { name: 'image', content: cat },
  ]);
  const none = formOf([{ name: 'file', content: cat }]);
  const gif = Buffer.from('GIF89a0000000000000000');

  const table: readonly (readonly [
    string,
    string | undefined,
    () => Promise<Buffer> | Buffer,
    number,
    string,
  ])[] = [
    ['a truncated JPEG', jpeg, () => cat.subarray(0, cat.length / 2), 422, 'INFER_IMAGE_TRUNCATED'],
    ['no bytes', jpeg, () => Buffer.alloc(0), 400, 'INFER_IMAGE_EMPTY'],
    ['bytes that are all zero', jpeg, () => Buffer.alloc(5000), 422, 'INFER_IMAGE_NOT_AN_IMAGE'],
    ['text', jpeg, () => Buffer.from('a cat'), 422, 'INFER_IMAGE_NOT_AN_IMAGE'],
    ['another format', jpeg, () => gif, 415, 'INFER_IMAGE_TYPE_UNSUPPORTED'],
    [
      'a header of 30,000×30,000',
      jpeg,
      () => withSize(cat, 30_000, 30_000),
      413,
      'INFER_IMAGE_TOO_MANY_PIXELS',
    ],
    ['a decompression bomb', 'image/png', bomb, 413, 'INFER_IMAGE_TOO_MANY_PIXELS'],
    ['80 MB', jpeg, () => Buffer.alloc(80 * MB), 413, 'INFER_IMAGE_TOO_LARGE'],
    ['no image', undefined, () => Buffer.alloc(0), 400, 'INFER_IMAGE_MISSING'],
    ['a form without an image', none.contentType, () => none.body, 400, 'INFER_IMAGE_MISSING'],
    ['two images', two.contentType, () => two.body, 400, 'INFER_IMAGE_AMBIGUOUS'],
    [
      'a form that is cut',
      form.contentType,
      () => form.body.subarray(0, 900),
      400,
      'INFER_FORM_MALFORMED',
    ],
    [
      'a wrong content type',
      'application/json',
      () => Buffer.from('{}'),
      415,
      'INFER_MEDIA_TYPE_UNSUPPORTED',
    ],
    ['no content type', undefined, () => cat, 415, 'INFER_MEDIA_TYPE_UNSUPPORTED'],
    ['a content type that is none', 'jpeg', () => cat, 415, 'INFER_MEDIA_TYPE_UNSUPPORTED'],
  ];

  it.each(table)(
    'answers %s with a code and a sentence',
    async (_, contentType, body, status, code) => {
      for (const payload of ['image', 'tensor']) {
        const answer = await post(
          `/infer/torchserve?payload=${payload}`,
          contentType,
          await body(),
        );

        expect(answer).toMatchObject({ status, body: { code, serving: 'torchserve' } });
        expect(answer.body.message).toMatch(/^[A-Z].*[.]$/);
        await succeeds();
      }
    },
  );

  it.each([
    ['/infer/nope', 404, 'INFER_UNKNOWN_SERVING'],
    ['/infer/torchserve?payload=nope', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['/infer/torchserve?encoding=nope', 400, 'INFER_PAYLOAD_UNSUPPORTED'],
    ['/nope', 404, 'INFER_ROUTE_UNKNOWN'],
  ])('answers an image for %s with a code and a sentence', async (path, status, code) => {
    const answer = await post(path, jpeg, cat);

    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.message).toMatch(/^[A-Z].*[.]$/);
    await succeeds();
  });

  it('calls an image damaged that has both ends but not its middle', async () => {
    const answer = await post('/infer/torchserve?payload=tensor', 'image/png', damaged());

    expect(answer).toMatchObject({ status: 422, body: { code: 'INFER_IMAGE_DAMAGED' } });
    await succeeds();
  });

  it.each([
    ['by its announced length', jpeg, false, 8 * MB],
    ['as a form', form.contentType, false, 8 * MB],
    ['as soon as it passes the limit', jpeg, true, 32 * MB],
  ])('refuses 80 MB %s, without reading them', async (_, contentType, isChunked, mostBytes) => {
    const answer = await post('/infer/torchserve', contentType, Buffer.alloc(80 * MB), isChunked);

    expect(answer).toMatchObject({ status: 413, body: { code: 'INFER_IMAGE_TOO_LARGE' } });
    expect(answer.headers.connection).toBe('close');
    expect(answer.sentBytes).toBeLessThan(mostBytes);
    await succeeds();
  });

  const misbehaviours: readonly (readonly [string, Behaviour, number, string])[] = [
    ['resets', (_, socket) => socket.resetAndDestroy(), 502, 'INFER_UPSTREAM_RESET'],
    ['is slow', () => undefined, 504, 'INFER_UPSTREAM_TIMEOUT'],
    [
      'sends half a body',
      (response, socket) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{', () => socket.destroySoon());
      },
      502,
      'INFER_UPSTREAM_INCOMPLETE',
    ],
    [
      'answers in a wrong shape',
      answering('{"predictions":[[0.5,0.5]]}'),
      502,
      'INFER_UPSTREAM_MALFORMED',
    ],
    ['answers NaN', answering('{"predictions":[[NaN]]}'), 502, 'INFER_UPSTREAM_MALFORMED'],
    ['answers no JSON', answering('ok'), 502, 'INFER_UPSTREAM_MALFORMED'],
    [
      'rejects',
      (response) => {
        response.writeHead(400).end('{"error":"secret"}');
      },
      502,
      'INFER_UPSTREAM_REJECTED',
    ],
    [
      'fails',
      (response) => {
        response.writeHead(500).end('secret');
      },
      502,
      'INFER_UPSTREAM_FAILED',
    ],
    [
      'is overloaded',
      (response) => {
        response.writeHead(503).end();
      },
      503,
      'INFER_UPSTREAM_OVERLOADED',
    ],
  ];

  it.each(misbehaviours)('says so where the serving %s', async (_, behave, status, code) => {
    const right = serving.behave;
    serving.behave = behave;
    const to = portOf(status === 504 ? hasty : app);
    const failed = await post('/infer/tfserving', jpeg, cat, false, to);
    serving.behave = right;

    expect(failed).toMatchObject({ status, body: { code, serving: 'tfserving' } });
    expect(failed.body.message).toMatch(/^\[tfserving\] .*\.$/);
    expect(failed.body.message).not.toContain('secret');
    await succeeds();
  });

  it('says that a serving is not there', async () => {
    const { http } = await buildTestApp('http://127.0.0.1:1');
    const refused = await http.inject({
      method: 'POST',
      url: '/infer/torchserve',
      headers: { 'content-type': jpeg },
      payload: cat,
    });
    await http.close();

    expect(refused.statusCode).toBe(502);
    expect(refused.json().code).toBe('INFER_UPSTREAM_UNAVAILABLE');
  });

  it('calls off the request to the serving when its client leaves', async () => {
    const right = serving.behave;
    const before = serving.abandoned;
    const isAsked = new Promise<void>((resolve) => {
      serving.behave = () => {
        resolve();
      };
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /infer/torchserve HTTP/1.1\r\nHost: a\r\nContent-Type: ${jpeg}\r\nContent-Length: ${cat.length}\r\n\r\n`,
    );
    socket.write(cat);
    await isAsked;
    socket.destroy();
    // Far sooner than its own deadline of a minute, which is as long as this test may take.
    while (serving.abandoned === before) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    serving.behave = right;

    expect(serving.abandoned).toBe(before + 1);
    await succeeds();
  });

  it('leaves memory as it was, however often it comes', async () => {
    const inputs = table.filter(([name]) => name !== 'a decompression bomb' && name !== '80 MB');
    const round = async (): Promise<void> => {
      for (const [, contentType, body] of inputs) {
        await post('/infer/torchserve?payload=tensor', contentType, await body());
      }
    };
    for (let count = 0; count < 10; count += 1) await round();
    const before = process.memoryUsage.rss();
    for (let count = 0; count < 60; count += 1) await round();

    expect((process.memoryUsage.rss() - before) / MB).toBeLessThan(60);
    await succeeds();
  }, 120_000);
});
