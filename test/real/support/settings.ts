import { ownManifestOf, RESNET50, type ServingName } from '../../../serving-configs/index.ts';
import { CLASSIFIER, readGivenModel } from '../../../serving-configs/models/model.ts';
import { startPlatform } from '../../../serving-configs/runtimes/venv/start-platform.ts';
import { hasSetting, SINGLE, type GivenSettings } from '../../../serving-configs/settings.ts';
import { waysOf } from '../../conformance/probes.ts';
import { ask, middlewareOf } from '../../conformance/session.ts';
import type { Scored } from '../../conformance/target.ts';
import { longModel, twoByTwoModel } from '../../support/onnx-models.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { computeThreadsOf, longInputs } from './compute-threads.ts';
import { askTensors, tensorWaysOf } from '../../support/tensor-client.ts';
import { tensor, writeTensorModel, type TensorModelFolder } from '../../support/user-model.ts';

const REQUESTS = 24;
const INSTANCES = 2;
const MAX_BATCH = 4;
const BATCH_DELAY_MS = 200;

/** Different for each request, so that an answer of another one is noticed. */
const inputsOf = (request: number) => [
  tensor('ids', 'INT64', [1, 3], [request, 2 * request, -request]),
  tensor('weights', 'FP32', [1, 3], [0.5, request, 0]),
];

/** Starts a serving, sends requests at the same time, and returns what its processes report. */
const reportOf = async (
  serving: ServingName,
  settings: GivenSettings,
  { file, model }: TensorModelFolder,
) => {
  const options = {
    serving,
    engine: 'onnx',
    settings,
    ports: { rest: 0, grpc: 0 },
    model: readGivenModel(file),
  } as const;
  const started = await startPlatform(options, new AbortController().signal);
  try {
    const [way] = tensorWaysOf(serving);
    if (way === undefined) throw new Error(`${serving} takes no named tensors`);
    // Its instances warm up before it is ready.
    const before = await started.batches();
    const replies = await Promise.all(
      Array.from({ length: REQUESTS }, (_, request) =>
        askTensors({ rest: started.url }, way, inputsOf(request), model),
      ),
    );
    const { pids, computations, inputs } = await started.batches();
    return {
      twice: replies.map(({ outputs }) => {
        const bytes = outputs.find(({ name }) => name === 'twice')?.bytes;
        return bytes === undefined ? undefined : Number(Buffer.from(bytes).readBigInt64LE(8));
      }),
      computations: computations - before.computations,
      inputs: inputs - before.inputs,
      instances: pids.length,
      readyInstances: before.pids.length,
    };
  } finally {
    await started.stop();
  }
};

/** Photographs that are sent at the same time. */
const IMAGES = ['cat.jpg', 'coffee.jpg', 'rocket.jpg', 'astronaut.jpg'] as const;

/** Starts a serving with ResNet-50, and asks it for the classes of images: one after the other, then at the same time. */
const imageReportOf = async (serving: ServingName, settings: GivenSettings) => {
  const options = {
    serving,
    engine: 'onnx',
    settings,
    ports: { rest: 0, grpc: 0 },
    model: CLASSIFIER,
  } as const;
  const started = await startPlatform(options, new AbortController().signal);
  const { url: rest, grpcUrl: grpc } = started;
  const app = await middlewareOf(serving, { rest, ...(grpc !== undefined && { grpc }) });
  try {
    const [way] = waysOf(serving);
    if (way === undefined) throw new Error(`${serving} takes no images`);
    const classesOf = async (image: string) =>
      (await ask(app, serving, way, image)).json<{ readonly top?: readonly Scored[] }>().top;
    const alone = [];
    for (const image of IMAGES) alone.push(await classesOf(image));
    const before = await started.batches();
    const together = await Promise.all(IMAGES.map(classesOf));
    const after = await started.batches();
    return {
      alone,
      together,
      computations: after.computations - before.computations,
      inputs: after.inputs - before.inputs,
    };
  } finally {
    await app.close();
    await started.stop();
  }
};

/** Tests that a real server from packages does what its settings say. */
export const describeSettings = (serving: ServingName): void => {
  const { settings: keys } = ownManifestOf(serving, RESNET50);
  const hasBatches = hasSetting(keys.maxBatch);
  const settings = {
    instances: hasSetting(keys.instances) ? INSTANCES : 1,
    threads: 1,
    maxBatch: hasBatches ? MAX_BATCH : 1,
    batchDelayMs: hasSetting(keys.batchDelayMs) ? BATCH_DELAY_MS : 0,
  };
  describe(`${serving} with settings`, () => {
    let alone: Awaited<ReturnType<typeof reportOf>>;
    let configured: Awaited<ReturnType<typeof reportOf>>;
    beforeAll(async () => {
      const written = await writeTensorModel(newFolder(), twoByTwoModel(), [inputsOf(1)]);
      alone = await reportOf(serving, SINGLE, written);
      configured = await reportOf(serving, settings, written);
    });

    it('gives each request its own answer, also out of a batch', () => {
      const expected = Array.from({ length: REQUESTS }, (_, request) => 4 * request);

      expect(alone.twice).toEqual(expected);
      expect(configured.twice).toEqual(expected);
    });

    it('has as many processes with the model as instances', () => {
      expect([alone.instances, configured.instances]).toEqual([1, settings.instances]);
    });

    it('is ready only when all of them have loaded the model', () => {
      expect([alone.readyInstances, configured.readyInstances]).toEqual([1, settings.instances]);
    });

    it('computes requests together if it has batches, and one by one otherwise', () => {
      expect(alone.computations).toBe(alone.inputs);
      expect(configured.inputs).toBeGreaterThanOrEqual(REQUESTS);
      expect(configured.computations < configured.inputs).toBe(hasBatches);
      expect(configured.computations).toBeGreaterThanOrEqual(configured.inputs / settings.maxBatch);
    });

    if (hasSetting(keys.threads) && keys.threads.provedBy !== undefined) {
      it('computes with as many threads as its settings say', async () => {
        const written = await writeTensorModel(newFolder(), longModel(), [longInputs]);

        expect([
          await computeThreadsOf(serving, 1, written),
          await computeThreadsOf(serving, 3, written),
        ]).toEqual([1, 3]);
      });
    }

    if (!hasBatches) return;

    it('computes images of ResNet-50 together, and answers each as if it were alone', async () => {
      const images = await imageReportOf(serving, { ...settings, instances: 1 });

      expect(images.inputs).toBe(IMAGES.length);
      expect(images.computations).toBeLessThan(IMAGES.length);
      expect(images.alone.map((top) => top?.length)).toEqual(IMAGES.map(() => 5));
      expect(images.together).toEqual(images.alone);
    });
  });
};
