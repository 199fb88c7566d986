import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServingName } from '../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { encodeOnnx, type OnnxGraph } from '../../../serving-configs/models/onnx/messages.ts';
import {
  computeDirect,
  readDirectOptions,
  type DirectDocument,
} from '../../../serving-configs/reference/direct-answers.ts';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { createOnnxEngine } from '../../../serving-configs/reference/engines/onnx-engine.ts';
import { computedModel } from '../../../serving-configs/reference/onnx/computed-model.ts';
import { startReference } from '../../conformance/started-serving.ts';
import { classifierOf } from '../../support/codec-inputs.ts';
import { imagesDir } from '../../support/middleware.ts';
import { runScript } from '../../support/run-script.ts';
import { tinyClassifier } from '../models/onnx/tiny-classifier.ts';
import { emptyHome, telemetryIn } from './telemetry.ts';
import { newFolder } from '../../support/temporary-folder.ts';

const targets = (serving: ServingName, payload: string): readonly string[] => [
  '--requests',
  imagesDir,
  '--targets',
  JSON.stringify([{ serving, payload }]),
];

/** A network that answers class 7 with a score for every image with colours above the average. */
const tinyModel = (classes: number, score = 5): OnnxGraph => {
  const values = Float32Array.from({ length: 3 * classes }, (_, at) =>
    at % classes === 7 ? score : 0,
  );
  return {
    ...tinyClassifier,
    output: { name: 'scores', shape: ['N', classes] },
    constants: [{ name: 'matrix', shape: [3, classes], values }],
  };
};

describe('the direct computation', () => {
  it('distinguishes the eight photographs in both layouts, as the serving does, and leaves no files', async () => {
    const wanted = [
      { serving: 'torchserve', payload: 'tensor' },
      { serving: 'tfserving', payload: 'tensor' },
      { serving: 'torchserve', payload: 'image' },
    ];
    const furtherFolder = newFolder();
    await copyFile(path.join(imagesDir, 'cat.jpg'), path.join(furtherFolder, 'again.jpg'));
    const folders = ['--requests', imagesDir, '--further', furtherFolder];
    const args = [...folders, '--targets', JSON.stringify(wanted)];
    const home = newFolder();
    const { code, stdout, stderr } = await runScript(
      'serving-configs/reference/direct.ts',
      args,
      emptyHome(home),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(telemetryIn(home)).toEqual([]);
    const { model, answers, further } = JSON.parse(stdout) as DirectDocument;
    const serving = await startReference('torchserve');

    expect(model.trained).toBe(false);
    expect(further).toEqual(
      answers.map(({ images, ...target }) => {
        const { top } = images.find(({ file }) => file === 'cat.jpg') ?? {};
        return { ...target, images: [{ file: 'again.jpg', top }] };
      }),
    );
    for (const { images } of answers) {
      const best = images.map(({ top }) => top[0]?.class);
      const scores = images.map(({ top }) => top[0]?.score ?? 0);
      const margins = images.map(({ top }) =>
        Math.log((top[0]?.score ?? 0) / (top[1]?.score ?? 1)),
      );
      expect(images).toHaveLength(8);
      expect(new Set(best).size).toBeGreaterThanOrEqual(5);
      expect(Math.min(...scores)).toBeGreaterThan(0.01);
      expect(Math.max(...scores)).toBeLessThan(0.9);
      // The margins are in logits: ten times the noise of 1e-3 that another computation may add.
      expect(Math.min(...margins)).toBeGreaterThan(0.01);
    }
    try {
      expect(serving.line).toMatchObject({ event: 'listening', engine: 'onnx' });
      for (const { file, top } of answers[2]?.images.slice(0, 3) ?? []) {
        const response = await fetch(`${serving.urls.rest}/predictions/resnet-50`, {
          method: 'POST',
          headers: { 'content-type': 'image/jpeg' },
          body: await readFile(path.join(imagesDir, file)),
        });
        const answer = Object.entries((await response.json()) as Record<string, number>);
        expect(response.headers.get('x-model-trained')).toBe('false');
        expect(answer.map(([label]) => CLASSIFIER.labels.indexOf(label))).toEqual(
          top.map((scored) => scored.class),
        );
        expect(answer[0]?.[1]).toBeCloseTo(top[0]?.score ?? 0, 4);
      }
    } finally {
      expect(await serving.stop()).toBe(0);
    }
  });

  it('answers the fixed class for engines without a model', async () => {
    const { model, answers } = await computeDirect(
      readDirectOptions([...targets('triton_pytorch', 'tensor'), '--engine', 'noop']),
    );

    expect(model).toEqual({ trained: false });
    expect(new Set(answers[0]?.images.map(({ top }) => top[0]?.class))).toEqual(new Set([281]));
  });

  it('names an image that cannot be decoded', async () => {
    const folder = newFolder();
    await writeFile(path.join(folder, 'a.jpg'), 'x');
    const args = [...targets('torchserve', 'image'), '--requests', folder];

    await expect(computeDirect(readDirectOptions(args))).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(path.join(folder, 'a.jpg')) as string,
      hint: expect.stringContaining('--images') as string,
    });
  });

  it('refuses a classifier whose scores cannot be compared, as it does any model', async () => {
    const model = path.join(newFolder(), 'model.onnx');
    await writeFile(model, encodeOnnx(tinyModel(1000, NaN)));
    const args = [...targets('torchserve', 'tensor'), '--model', model];
    const { code, stderr } = await runScript('serving-configs/reference/direct.ts', args);

    expect(code).toBe(2);
    expect(stderr).toMatch(/"scores".+NaN/);
  });
});

describe('the process of a simulated server', () => {
  it('computes with a trained model of another layout and reports that it is trained', async () => {
    const file = path.join(newFolder(), 'my-classifier.onnx');
    await writeFile(file, encodeOnnx(tinyModel(1000)));
    const serving = await startReference('tfserving', '--weights', file);
    try {
      const response = await fetch(`${serving.urls.rest}/v1/models/resnet-50:predict`, {
        method: 'POST',
        body: JSON.stringify({ instances: [[[[1, 2, 3]]]] }),
      });
      const { predictions } = (await response.json()) as { predictions: number[][] };
      expect(response.headers.get('x-model-trained')).toBe('true');
      expect(predictions[0]?.indexOf(Math.max(...(predictions[0] ?? [])))).toBe(7);
      expect(predictions[0]?.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    } finally {
      expect(await serving.stop()).toBe(0);
    }
  });

  it('stops cleanly while its thread computes', async () => {
    const serving = await startReference('torchserve');
    const controller = new AbortController();
    const requests = Array.from({ length: 8 }, () =>
      fetch(`${serving.urls.rest}/predictions/resnet-50`, {
        method: 'POST',
        body: Buffer.alloc(602_112),
        signal: controller.signal,
      }).then(
        () => 'answered',
        () => 'left',
      ),
    );
    await Promise.race(requests);
    controller.abort();

    expect(await Promise.all(requests)).toContain('left');
    expect(await serving.stop()).toBe(0);
  });

  it('does not start with a model that has another number of classes', async () => {
    const modelFile = path.join(newFolder(), 'model.onnx');
    await writeFile(modelFile, encodeOnnx(tinyModel(10)));
    const served = classifierOf('triton_pytorch');
    const model = computedModel({ ...CLASSIFIER, weights: modelFile }, served, '');
    const engine = createOnnxEngine(model, SINGLE);

    await expect(engine.start()).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('FP32 [1, 1000]') as string,
    });
    await engine.close();
  });
});
