import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { chooseWeights } from '../../../../serving-configs/models/build/weights.ts';
import { sha256Of } from '../../../../serving-configs/models/built-folder.ts';
import { ensureModel } from '../../../../serving-configs/models/resnet50/ensure-model.ts';
import { ensureTrained } from '../../../../serving-configs/models/resnet50/ensure-trained.ts';
import { foldTorchvision } from '../../../../serving-configs/models/resnet50/torchvision-weights.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { fileServer } from '../file-server.ts';
import { computed } from '../onnx/computed.ts';
import { inspectOnnx } from '../onnx/inspect-onnx.ts';
import { pythonThatRefuses, pythonWith } from '../torch-file/python-with-tensors.ts';
import type { FloatTensor } from '../../../../serving-configs/models/torch-file/read-state-dict.ts';

/** The number of blocks and channels in `layer1` to `layer4` of torchvision's resnet.py. */
const LAYERS = [
  { blocks: 3, planes: 64 },
  { blocks: 4, planes: 128 },
  { blocks: 6, planes: 256 },
  { blocks: 3, planes: 512 },
] as const;

/** Creates random numbers from -1 to 1 with the generator of Numerical Recipes, the same on every machine. */
const createDraw = (): (() => number) => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
};

/** Tensors with the names and shapes of torchvision's ResNet-50, but with made-up values. */
const madeUpStateDict = (): Map<string, FloatTensor> => {
  const draw = createDraw();
  const tensors = new Map<string, FloatTensor>();
  const add = (name: string, shape: readonly number[], valueOf: () => number): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(length);
    for (let at = 0; at < length; at++) values[at] = valueOf();
    tensors.set(name, { shape, values });
  };
  const conv = (name: string, from: number, to: number, size = 1): void => {
    const scale = Math.sqrt(3 / from);
    add(`${name}.weight`, [to, from, size, size], () => draw() * scale);
  };
  const norm = (name: string, channels: number): void => {
    add(`${name}.weight`, [channels], () => 1 + draw() / 2);
    add(`${name}.bias`, [channels], () => draw() / 5);
    add(`${name}.running_mean`, [channels], () => draw() / 5);
    add(`${name}.running_var`, [channels], () => 1 + draw() / 2);
  };
  conv('conv1', 3, 64, 7);
  norm('bn1', 64);
  let from = 64;
  for (const [index, { blocks, planes }] of LAYERS.entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${index + 1}.${block}`;
      conv(`${name}.conv1`, from, planes);
      norm(`${name}.bn1`, planes);
      conv(`${name}.conv2`, planes, planes, 3);
      norm(`${name}.bn2`, planes);
      conv(`${name}.conv3`, planes, 4 * planes);
      norm(`${name}.bn3`, 4 * planes);
      if (block === 0) {
        conv(`${name}.downsample.0`, from, 4 * planes);
        norm(`${name}.downsample.1`, 4 * planes);
      }
      from = 4 * planes;
    }
  }
  add('fc.weight', [1000, from], () => draw() / 50);
  add('fc.bias', [1000], () => draw());
  return tensors;
};

/** The default of torch.nn.BatchNorm2d. */
const EPSILON = 1e-5;

const relu = (x: readonly number[]): readonly number[] => x.map((value) => Math.max(value, 0));

/**
 * The logits of torchvision's ResNet-50 for an image of one pixel, computed in doubles, step by step like its `forward`. Only the centre
 * of a kernel covers such an image, so each convolution is a matrix.
 */
const answerToPixel = (
  tensors: ReadonlyMap<string, FloatTensor>,
  pixel: readonly number[],
): readonly number[] => {
  const tensor = (name: string): FloatTensor => {
    const found = tensors.get(name);
    if (found === undefined) throw new Error(`no tensor ${name}`);
    return found;
  };
  const conv = (name: string, x: readonly number[]): readonly number[] => {
    const { shape, values } = tensor(`${name}.weight`);
    const [to = 0, from = 0, height = 1, width = 1] = shape;
    const area = height * width;
    const middle = (area - 1) / 2;
    return Array.from({ length: to }, (_, channel) => {
      let sum = 0;
      for (let at = 0; at < from; at++) {
        sum += (values[(channel * from + at) * area + middle] ?? 0) * (x[at] ?? 0);
      }
      return sum;
    });
  };
  const norm = (name: string, x: readonly number[]): readonly number[] => {
    const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (part) => tensor(`${name}.${part}`).values,
    );
    return x.map((value, at) => {
      const normalised = (value - (mean?.[at] ?? 0)) / Math.sqrt((variance?.[at] ?? 0) + EPSILON);
      return normalised * (weight?.[at] ?? 0) + (bias?.[at] ?? 0);
    });
  };

  let x = relu(norm('bn1', conv('conv1', pixel)));
  for (const [layer, blocks] of [3, 4, 6, 3].entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${layer + 1}.${block}`;
      let out = relu(norm(`${name}.bn1`, conv(`${name}.conv1`, x)));
      out = relu(norm(`${name}.bn2`, conv(`${name}.conv2`, out)));
      out = norm(`${name}.bn3`, conv(`${name}.conv3`, out));
      const identity =
        block === 0 ? norm(`${name}.downsample.1`, conv(`${name}.downsample.0`, x)) : x;
      x = relu(out.map((value, at) => value + (identity[at] ?? 0)));
    }
  }
  const bias = tensor('fc.bias').values;
  return conv('fc', x).map((value, at) => value + (bias[at] ?? 0));
};

const { serve } = fileServer();
const tensors = madeUpStateDict();

/** The hash of the made-up weights with folded batch norm. */
const WEIGHTS_SHA256 = '80f6fc0288ff7b6b7c0c0cccb8e0068941857fe2179a90202feb44f2024d0970';

const hashesIn = (modelFile: string): Record<string, string> => {
  const record = path.join(path.dirname(modelFile), 'model.json');
  const { files } = JSON.parse(readFileSync(record, 'utf8')) as {
    files: Record<string, { sha256: string }>;
  };
  return Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]));
};

describe('the ResNet-50 with random weights', () => {
  it('is the same file on every machine', async () => {
    const { sha256 } = await ensureModel(newFolder());

    expect(sha256).toBe('76aee9b365c184a403a0b17d74465de9917a0b18ff17405e77dbcdb48d8248e7');
  });
});

describe("the ResNet-50 of a file of torchvision's weights", () => {
  const cache = newFolder();
  const bytes = Buffer.from('weights');
  const file = path.join(newFolder(), 'some.pth');
  writeFileSync(file, bytes);
  const python = pythonWith(tensors);

  // This test comes first, because the others use the model that it builds in the cache.
  it('is fetched and built once if the published weights are asked for', async () => {
    const { url, requests } = await serve((response) => response.end(bytes));
    const published = { url, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
    const choose = () => chooseWeights('published', cache, { classes: 1000, python, published });
    const [first, second] = [await choose(), await choose()];

    expect(first).toMatchObject({
      name: 'published',
      title: 'ResNet-50, weights IMAGENET1K_V1 of torchvision',
      trained: true,
    });
    expect(second.sha256).toBe(first.sha256);
    expect(requests).toHaveLength(1);
  });

  it('gives the answers of the network that the weights belong to', async () => {
    const model = await ensureTrained(cache, { file, python });
    const pixel = Float32Array.of(0.5, -1, 2);
    const answer = await computed(model.file, { shape: [1, 3, 1, 1], values: pixel });
    const wanted = answerToPixel(tensors, [...pixel]);
    const largest = Math.max(...wanted.map(Math.abs));
    const differences = wanted.map((value, at) => Math.abs(value - (answer.values[at] ?? 0)));

    expect(answer.shape).toEqual([1, 1000]);
    expect(Math.max(...differences)).toBeLessThan(1e-5 * largest);
  });

  it('has the same weights on every machine', async () => {
    const model = await ensureTrained(cache, { file, python });

    expect(hashesIn(model.file)['resnet50.weights']).toBe(WEIGHTS_SHA256);
  });

  it('records what it is built from, but not the path', async () => {
    const { file: modelFile, title, isPublished } = await ensureTrained(cache, { file, python });
    const facts = inspectOnnx(readFileSync(modelFile))['metadataProps'];

    expect(facts).toEqual([
      { key: 'trained', value: 'true' },
      { key: 'weightsSha256', value: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
      { key: 'weights', value: "a state_dict of torchvision's ResNet-50" },
    ]);
    expect({ title, isPublished }).toEqual({
      title: 'ResNet-50, weights of some.pth, assumed to be trained',
      isPublished: false,
    });
  });

  it('is not built from weights with a tensor of another network', () => {
    const unknown = { shape: [1], values: Float32Array.of(1) };

    expect(() => foldTorchvision(new Map([...tensors, ['layer3.6.bn1.bias', unknown]]))).toThrow(
      expect.objectContaining({
        name: 'OtherWeights',
        message: expect.stringContaining('"layer3.6.bn1.bias"'),
      }),
    );
  });

  it.each([
    ['lacks a tensor', pythonWith(new Map([...tensors].slice(1, 9))), /no tensor "conv1\.weight"/],
    ['is not one of torch', pythonThatRefuses('it is a text'), /some\.pth .*: it is a text$/],
    ['cannot be read without Python', '/no/python', /cannot start/],
  ])('is not built if the file %s', async (_, other, reason) => {
    const emptyCache = newFolder();

    await expect(ensureTrained(emptyCache, { file, python: other })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(reason) as string,
    });
    expect(readdirSync(path.join(emptyCache, 'models'))).toEqual([]);
  });

  it('is not built if there is no file', async () => {
    const emptyCache = newFolder();

    await expect(
      ensureTrained(emptyCache, { file: path.join(emptyCache, 'no.pth'), python }),
    ).rejects.toThrow(UsageError);
    expect(existsSync(path.join(emptyCache, 'models'))).toBe(false);
  });
});
