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
import { answerToPixel } from './answer-to-pixel.ts';
import { madeUpStateDict } from './made-up-state-dict.ts';

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

    expect(sha256).toBe('4d85510bbc2c6985d2b6f458841f4a81ef8dc308cb91d80d27e5c0059639399f');
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
    const choose = () => chooseWeights('published', cache, { python, published });
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
