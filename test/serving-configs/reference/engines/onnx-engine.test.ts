import { readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, RESNET50, type ServingName } from '../../../../serving-configs/index.ts';
import { defaultCache } from '../../../../serving-configs/installation.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { servedModelOf } from '../../../../serving-configs/models/served-model.ts';
import { createOnnxEngine } from '../../../../serving-configs/reference/engines/onnx-engine.ts';
import { loadWire } from '../../../../serving-configs/reference/load-wire.ts';
import { computedModel } from '../../../../serving-configs/reference/onnx/computed-model.ts';
import { startServer } from '../../../../serving-configs/reference/server.ts';
import { SINGLE, type GivenSettings } from '../../../../serving-configs/settings.ts';
import { imagesDir } from '../../../support/middleware.ts';

const IMAGES = ['cat.jpg', 'coffee.jpg', 'rocket.jpg', 'brick-grey.jpg'].map((name) =>
  readFileSync(path.join(imagesDir, name)),
);
const BATCH = IMAGES.length;
const BATCHED: GivenSettings = { ...SINGLE, maxBatch: BATCH, batchDelayMs: 10_000 };

/** How a simulated server takes an image. */
const REQUESTS: Readonly<Partial<Record<ServingName, (image: Buffer) => [string, RequestInit]>>> = {
  torchserve: (body) => [
    '/predictions/resnet-50',
    { body: new Uint8Array(body), headers: { 'content-type': 'image/jpeg' } },
  ],
  // Another layout than the file.
  tfserving: (image) => [
    '/v1/models/resnet-50:predict',
    {
      body: JSON.stringify({
        signature_name: 'serving_jpeg',
        inputs: { jpeg: { b64: image.toString('base64') } },
      }),
      headers: { 'content-type': 'application/json' },
    },
  ],
};

/** The answers of a simulated server to all images at once, and how long the model computed for each. */
const answersOf = async (serving: ServingName, settings: GivenSettings) => {
  const served = servedModelOf(manifestOf(serving, RESNET50).model, CLASSIFIER);
  const engine = createOnnxEngine(computedModel(CLASSIFIER, served, defaultCache()), settings);
  await engine.start();
  const computeMs: number[] = [];
  const watched: typeof engine = {
    ...engine,
    isReady: true,
    reply: async (call, body) => {
      const reply = await engine.reply(call, body);
      if (reply.kind === 'answer') computeMs.push(reply.times?.computeMs ?? NaN);
      return reply;
    },
  };
  const server = await startServer(
    { wire: await loadWire(serving, CLASSIFIER), engine: watched },
    { host: '127.0.0.1', port: 0 },
  );
  try {
    const answers = await Promise.all(
      IMAGES.map(async (image) => {
        const [route, request] = REQUESTS[serving]?.(image) ?? ['', {}];
        const response = await fetch(server.url + route, { method: 'POST', ...request });
        return [response.status, await response.text()];
      }),
    );
    return { answers, computations: new Set(computeMs).size };
  } finally {
    await server.stop();
    await engine.close();
  }
};

describe.each(['torchserve', 'tfserving'] as const)('the simulated %s with batches', (serving) => {
  it('computes images of ResNet-50 together, and answers each as if it were alone', async () => {
    const alone = await answersOf(serving, SINGLE);
    const together = await answersOf(serving, BATCHED);

    expect([alone.computations, together.computations]).toEqual([BATCH, 1]);
    expect(alone.answers.map(([status]) => status)).toEqual(IMAGES.map(() => 200));
    expect(new Set(alone.answers.map(([, text]) => text)).size).toBe(BATCH);
    expect(together.answers).toEqual(alone.answers);
  });
});
