import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import {
  createEncodedRequests,
  type EncodedRequestStore,
} from '../../../../lib/bench/run/encoded-requests.ts';
import { choosePorts } from '../../../../serving-configs/runtimes/ports.ts';
import {
  startMiddleware,
  type RunningMiddleware,
} from '../../../../lib/bench/run/middleware-process.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { useFakeServing } from '../../../support/fake-serving.ts';

const imagesDir = join(import.meta.dirname, '../../../../k6/images');
const images = ['cat.jpg', 'coffee.jpg'].map((file) => join(imagesDir, file));
const { signal } = new AbortController();
/** The tests of `/encode` cover all targets, and compare each request with the one that the serving receives. */
const target: Target = {
  serving: 'triton_pytorch',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'binary',
};

describe('The encoded requests of a target', () => {
  const serving = useFakeServing();
  let middleware: RunningMiddleware;
  let store: EncodedRequestStore;

  beforeAll(async () => {
    middleware = await startMiddleware({
      servers: [],
      servingUrls: Object.fromEntries(servingNames.map((name) => [name, { rest: serving.url }])),
      imagesDir,
      model: CLASSIFIER,
      port: 0,
      processes: 1,
      upstreamTimeoutMs: 5000,
      seed: 1,
    });
  });
  afterAll(() => middleware.stop());
  beforeEach(() => {
    store = createEncodedRequests(images);
  });
  afterEach(() => store.remove());

  it('replace those that a killed process left, but not those of another host', async () => {
    const { files } = await store.of(middleware.url, target, signal);
    const [, host = ''] = /serving-compare-direct-([^-]+)-/.exec(files[0] ?? '') ?? [];
    // Larger than any PID on Linux.
    const [left, foreign] = [host, 'another'].map((of) =>
      mkdtempSync(join(tmpdir(), `serving-compare-direct-${of}-${2 ** 22 + 1}-`)),
    ) as [string, string];
    const later = createEncodedRequests(images);
    await later.of(middleware.url, target, signal);

    expect([left, foreign, files[0] ?? ''].map((one) => existsSync(one))).toEqual([
      false,
      true,
      true,
    ]);
    rmSync(foreign, { recursive: true });
    await later.remove();
  });

  it('are messages for one method if it speaks gRPC, and nothing is sent', async () => {
    const grpc: Target = { ...target, protocol: 'grpc', encoding: 'raw' };
    const encoded = await store.of(middleware.url, grpc, signal);
    const sizes = await Promise.all(
      encoded.files.map(async (file) => (await readFile(file)).length),
    );

    expect(encoded.target).toBe('/inference.GRPCInferenceService/ModelInfer');
    expect(sizes).toEqual([expect.any(Number), sizes[0]]);
    expect(sizes[0]).toBeGreaterThan(4 * 3 * 224 * 224);
    expect(serving.received).toHaveLength(0);
  });

  it('are fetched once, and deleted after the run', async () => {
    const encoded = await store.of(middleware.url, target, signal);
    const again = await store.of('http://127.0.0.1:1', target, signal);
    const folder = dirname(encoded.files[0] ?? '');

    expect(again).toBe(encoded);
    expect(existsSync(folder)).toBe(true);
    await store.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it('are not kept if the middleware does not return them, and the error says why', async () => {
    const unknown = { ...target, encoding: 'none' } as unknown as Target;

    await expect(store.of(middleware.url, unknown, signal)).rejects.toMatchObject({
      code: 'BENCH_ENCODE',
      message: expect.stringMatching(/: 400 /) as string,
    });
    const [port] = await choosePorts([0]);
    await expect(store.of(`http://127.0.0.1:${port}`, target, signal)).rejects.toMatchObject({
      code: 'BENCH_ENCODE',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
    await expect(store.of(middleware.url, target, signal)).resolves.toMatchObject({
      files: { length: 2 },
    });
  });
});
