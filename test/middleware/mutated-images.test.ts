import sharp from 'sharp';
import { Pool } from 'undici';

import { drawFrom } from '../../middleware/random-images.ts';
import { startFakeServing } from '../support/fake-serving.ts';
import { buildTestApp, cat } from '../support/middleware.ts';

const IMAGES = 400;
const AT_ONCE = 32;
const MB = 1024 * 1024;

/** Changes a few bytes, cuts, repeats or drops a piece; everything decided by the seed. */
const mutate = (bytes: Buffer, seed: number): Buffer => {
  const draw = drawFrom(
    Array.from({ length: bytes.length }, (_, index) => index),
    seed,
  );
  const changed = Buffer.from(bytes);
  for (let count = draw() % 8; count >= 0; count -= 1) changed[draw()] = draw() % 256;
  const from = draw();
  switch (draw() % 5) {
    case 0:
      return changed.subarray(0, from);
    case 1:
      return Buffer.concat([changed.subarray(0, from), changed.subarray(draw())]);
    case 2:
      return Buffer.concat([changed, changed.subarray(from)]);
    default:
      return changed;
  }
};

describe('The middleware given mutated images', () => {
  it(`classifies or refuses each of ${IMAGES}, and keeps no memory of them`, async () => {
    const serving = await startFakeServing();
    const { http } = await buildTestApp(serving.url);
    const origin = await http.listen({ port: 0, host: '127.0.0.1' });
    // Kept open from image to image, so that what one leaves behind meets the next.
    const client = new Pool(origin, { connections: AT_ONCE, pipelining: 1 });
    const post = async (path: string, body: Buffer): Promise<number> => {
      const headers = { 'content-type': 'image/jpeg' };
      const answer = await client.request({ method: 'POST', path, headers, body });
      await answer.body.dump();
      return answer.statusCode;
    };
    const small = await sharp(cat).resize(64, 48).jpeg().toBuffer();
    const paths = [
      '/infer/triton_pytorch',
      '/infer/torchserve',
      '/infer/torchserve?payload=tensor',
    ];
    const statuses = new Map<number, number>();
    const faults: { seed: number; status: number }[] = [];
    let next = 0;
    let warmBytes = 0;
    const worker = async (): Promise<void> => {
      while (next < IMAGES) {
        // Each image's number is its seed.
        const seed = next;
        next += 1;
        if (seed === IMAGES / 4) warmBytes = process.memoryUsage.rss();
        const status = await post(paths[seed % paths.length] ?? '/', mutate(small, seed));
        // The fake serving would keep all bodies.
        serving.received.length = 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 200 && (status < 400 || status > 499)) faults.push({ seed, status });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const growthBytes = process.memoryUsage.rss() - warmBytes;
    const nextStatuses = await Promise.all(paths.map(async (path) => post(path, cat)));
    await client.close();
    await http.close();
    await serving.close();

    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(IMAGES);
    expect(faults).toEqual([]);
    expect(nextStatuses).toEqual([200, 200, 200]);
    expect(growthBytes).toBeLessThan(100 * MB);
    // Both kinds must occur, or the mutations test nothing.
    expect(statuses.get(200)).toBeGreaterThan(IMAGES / 10);
    expect(statuses.get(422)).toBeGreaterThan(IMAGES / 10);
  }, 180_000);
});
