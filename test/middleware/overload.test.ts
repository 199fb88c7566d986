import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

import type { App } from '../../middleware/app.ts';
import { answerCorrectly, holdAnswers, useFakeServing } from '../support/fake-serving.ts';
import { buildTestApp, cat } from '../support/middleware.ts';

const serving = useFakeServing();

describe('The middleware under overload', () => {
  let app: App;
  let url: string;

  beforeAll(async () => {
    app = await buildTestApp(serving.url, { maxInFlight: 2, maxQueue: 3 });
    url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/infer/torchserve`;
  });

  it('answers the bounded queue and refuses the rest at once, with Retry-After', async () => {
    const release = holdAnswers(serving);
    const answered: { status: number; code?: string; retryAfter: string | null }[] = [];
    const requests = Array.from({ length: 12 }, async () => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: cat,
      });
      const { code } = (await response.json()) as { code?: string };
      const retryAfter = response.headers.get('retry-after');
      answered.push({
        status: response.status,
        ...(code === undefined ? {} : { code }),
        retryAfter,
      });
    });
    // The serving holds the five admitted requests, so the first seven answers are refusals.
    while (answered.length < 7) await sleep(5);
    const refused = [...answered];
    release();
    await Promise.all(requests);

    expect(refused).toEqual(
      refused.map(() => ({ status: 503, code: 'INFER_OVERLOADED', retryAfter: '1' })),
    );
    expect(answered.slice(7)).toEqual(
      Array.from({ length: 5 }, () => ({ status: 200, retryAfter: null })),
    );
  });
});

describe('The middleware with little memory for bodies', () => {
  const MB = 1024 * 1024;
  const UPLOADS = 24;
  /** Each image becomes 27 MB of pixels and JSON; two of them fit. */
  const [width, height] = [1250, 800];
  const maxBytesInFlight = 64 * MB;

  it('handles as many large requests as fit, queues others, and continues when memory is free', async () => {
    const app = await buildTestApp(serving.url, {
      maxInFlight: 4,
      maxQueue: UPLOADS - 4,
      maxBytesInFlight,
    });
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    const background = { r: 20, g: 120, b: 220 };
    const image = await sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer();
    const post = async (): Promise<number> => {
      const response = await fetch(`${origin}/infer/tfserving?payload=tensor_fullsize`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: image,
      });
      await response.arrayBuffer();
      return response.status;
    };
    const gauge = async (name: string): Promise<number> => {
      const { body } = await app.inject('/metrics');
      return Number(
        new RegExp(`^middleware_requests_${name}\\{.*\\} (\\d+)$`, 'm').exec(body)?.[1],
      );
    };

    const held: (() => void)[] = [];
    const twoArrived = new Promise<void>((resolve) => {
      serving.behave = (response, socket, path) => {
        // The fake serving is in this process, so it must not keep the bodies.
        serving.received.length = 0;
        held.push(() => {
          answerCorrectly(response, socket, path);
        });
        if (held.length === 2) resolve();
      };
    });
    const before = process.memoryUsage.rss();
    const answers = Array.from({ length: UPLOADS }, post);
    await twoArrived;
    while ((await gauge('waiting')) < UPLOADS - 2) await sleep(10);
    const refused = await Promise.all([post(), post()]);
    const growth = process.memoryUsage.rss() - before;

    expect(refused).toEqual([503, 503]);
    expect(await gauge('in_flight')).toBe(2);
    expect(growth).toBeLessThan(4 * maxBytesInFlight);

    let maxGrowth = growth;
    serving.behave = (response, socket, path) => {
      serving.received.length = 0;
      maxGrowth = Math.max(maxGrowth, process.memoryUsage.rss() - before);
      answerCorrectly(response, socket, path);
    };
    for (const answer of held) answer();
    const statuses = await Promise.all(answers);

    expect(statuses).toEqual(answers.map(() => 200));
    expect(maxGrowth).toBeLessThan(8 * maxBytesInFlight);
  });
});

/** A middleware, and a function that resolves when it has got this many requests. */
const listen = async (limits: Parameters<typeof buildTestApp>[1] = {}) => {
  const app = await buildTestApp(serving.url, limits);
  const arrived: unknown[] = [];
  app.server.on('request', (request) => arrived.push(request));
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const got = async (count: number): Promise<void> => {
    while (arrived.length < count) await sleep(5);
  };
  return { url: `${origin}/infer/torchserve`, port: Number(new URL(origin).port), got };
};

const post = async (url: string, body: Buffer = cat): Promise<number> => {
  const headers = { 'content-type': 'image/jpeg' };
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  await response.arrayBuffer();
  return response.status;
};

describe('The middleware with slow clients', () => {
  const MIB = 2 ** 20;
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  /** Announces a body and sends its first bytes. Returns the socket, and what it has received so far. */
  const begin = (port: number, announcedBytes: number, sentBytes = 1) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    const received = { text: '' };
    socket.on('error', () => undefined);
    socket.on('data', (part) => (received.text += String(part)));
    socket.write(
      `POST /infer/torchserve HTTP/1.1\r\nhost: x\r\ncontent-type: image/jpeg\r\ncontent-length: ${announcedBytes}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(sentBytes));
    return { socket, received };
  };

  it('answers others although much more memory is announced than there is', async () => {
    const { url, port, got } = await listen({ maxBytesInFlight: 512 * MIB });
    const slow = [...Array.from({ length: 25 }, () => 20 * MIB), 12 * MIB].map((announced) =>
      begin(port, announced),
    );
    await got(slow.length);
    for (const { socket } of slow) socket.write('1');

    expect(await Promise.all([post(url), post(url)])).toEqual([200, 200]);
    expect(slow.map(({ received }) => received.text).join('')).toBe('');
  });

  it('answers others although more bodies are arriving than it handles and queues', async () => {
    const { url, port, got } = await listen({ maxInFlight: 16, maxQueue: 16 });
    const slow = Array.from({ length: 64 }, () => begin(port, 20_000));
    await got(slow.length);

    expect(await post(url)).toBe(200);
  });

  it('refuses what does not fit of the bodies that arrive at once, and keeps as many as fit', async () => {
    const { port } = await listen({ maxBytesInFlight: 16 * MIB });
    const uploads = Array.from({ length: 12 }, () => begin(port, 4 * MIB, 3 * MIB));
    const statuses = (): readonly string[] =>
      uploads.map(({ received }) => received.text.slice(9, 12)).filter((status) => status !== '');
    while (statuses().length < 7) await sleep(5);
    // The rest of those that were kept. Most of them fit.
    for (const { socket } of uploads) socket.write(Buffer.alloc(MIB));
    while (statuses().length < uploads.length) await sleep(5);

    const refused = statuses().filter((status) => status === '503');
    expect(refused.length).toBeGreaterThanOrEqual(7);
    expect(refused.length).toBeLessThan(uploads.length);
    // The bytes are no image.
    expect(new Set(statuses())).toEqual(new Set(['503', '415']));
  });

  it('drops a body that stops arriving if another needs its memory', async () => {
    const { url, port } = await listen({ maxBytesInFlight: 16 * MIB });
    const large = Buffer.concat([cat, Buffer.alloc(8 * MIB)]);
    const { socket, received } = begin(port, 12 * MIB, 10 * MIB);
    // These announce a body that does not fit beside the stalled one, and send nothing.
    let probe = begin(port, 6 * MIB, 0);
    while (!probe.received.text.includes('503')) {
      await sleep(50);
      probe = begin(port, 6 * MIB, 0);
      await sleep(50);
    }

    const startMs = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(startMs + 60_000);
    const status = await post(url, large);
    clock.mockRestore();
    while (!socket.destroyed) await sleep(5);

    expect(status).toBe(200);
    expect(received.text).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1[^]*INFER_OVERLOADED/);
  });
});
