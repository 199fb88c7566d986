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
