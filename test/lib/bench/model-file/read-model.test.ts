import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BenchError } from '../../../../lib/bench/model/errors.ts';
import { nameFrom } from '../../../../lib/bench/model-file/read-model.ts';
import type { ModelTensors } from '../../../../lib/bench/model-file/described-model.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { described, readModel, models, sizes, writeModel } from './a-model.ts';

/** The files of each request, relative to the description. */
const namesOf = async (file: string, tensors: ModelTensors) => {
  const { source } = await readModel(file, tensors);
  const folder = path.dirname(file);
  return source.from === 'npy'
    ? source.requests.map((files) => files.map((name) => path.relative(folder, name)))
    : [];
};

describe('The description of a model', () => {
  it('needs only the ONNX file', async () => {
    const folder = newFolder();
    const file = writeModel(folder, described());
    const onnx = path.join(folder, 'My Net.v2.onnx');
    const model = await readModel(file, models.classifier);

    expect(model).toEqual({
      ...models.classifier,
      kind: 'given',
      description: file,
      name: 'my-net-v2',
      title: 'my-net-v2',
      onnx: { file: onnx, sha256: createHash('sha256').update(readFileSync(onnx)).digest('hex') },
      weights: [],
      otherFormats: {},
      precisions: {},
      sizes: {},
      source: { from: 'random', count: 8, seed: 1, ranges: { x: [0, 256] } },
      checks: { scores: { check: 'allclose', rtol: 1e-3, atol: 1e-4 } },
      servers: {},
    });
  });

  it('may give any size to an input whose number of dimensions is open', async () => {
    for (const x of [[7], [2, 1, 3]]) {
      const file = writeModel(newFolder(), described({ sizes: { x } }));

      expect(await readModel(file, models.anyRank)).toMatchObject({ sizes: { x } });
    }
  });

  it('may compare an output whose number of dimensions is open by its largest values', async () => {
    const file = writeModel(
      newFolder(),
      described({ sizes: { x: [2] } }, { answer: { check: 'top1' } }),
    );

    expect((await readModel(file, models.anyRank)).checks).toEqual({ y: { check: 'top1' } });
  });

  it('may be YAML with comments', async () => {
    const file = writeModel(
      newFolder(),
      [
        'model: # a text encoder',
        '  onnx: My Net.v2.onnx',
        '  name: encoder',
        '  sizes: { ids: [1, 16], mask: [1, 16] }',
        'inputs: { count: 3, seed: 5, ranges: { ids: [0, 30522] } }',
        'answer: { check: cosine, outputs: { length: { rtol: 1e-1 } } }',
      ].join('\n'),
    );

    expect(await readModel(file, models.text)).toMatchObject({
      name: 'encoder',
      sizes: { ids: [1, 16], mask: [1, 16] },
      source: { count: 3, seed: 5, ranges: { ids: [0, 30_522], mask: [0, 1] } },
      checks: {
        embedding: { check: 'cosine', atLeast: 0.999 },
        length: { check: 'allclose', rtol: 0.1, atol: 0 },
      },
    });
  });

  it('compares 16-bit outputs less strictly, and whole numbers exactly', async () => {
    const file = writeModel(newFolder(), described({ sizes }));

    expect((await readModel(file, models.text)).checks).toEqual({
      embedding: { check: 'allclose', rtol: 1e-2, atol: 1e-3 },
      length: { check: 'allclose', rtol: 0, atol: 0 },
    });
  });

  it('compares a single value by allclose, even if all outputs have another check', async () => {
    const [scores] = models.classifier.outputs;
    const risk = { ...scores, name: 'risk', shape: [-1, 1], dims: ['N', 1] };
    const tensors = { ...models.classifier, outputs: [scores, risk] };
    const file = writeModel(newFolder(), described({}, { answer: { check: 'top1' } }));

    expect((await readModel(file, tensors)).checks).toEqual({
      scores: { check: 'top1' },
      risk: { check: 'allclose', rtol: 1e-3, atol: 1e-4 },
    });
  });

  it('may describe how images become an input', async () => {
    const image = { resize: 'letterbox', mean: [1, 2, 3] };
    const model = { image, sizes: { images: [1, 3, 48, 64] } };
    const file = writeModel(newFolder(), described(model, { inputs: './photos' }), {
      'photos/b.JPG': '',
      'photos/a.png': '',
      'photos/notes.txt': '',
    });
    const folder = path.dirname(file);

    expect((await readModel(file, models.detector)).source).toEqual({
      from: 'images',
      folder: path.join(folder, 'photos'),
      files: ['a.png', 'b.JPG'].map((name) => path.join(folder, 'photos', name)),
      image: {
        input: 'images',
        datatype: 'FP32',
        resize: 'letterbox',
        width: 64,
        height: 48,
        layout: 'NCHW',
        colours: 'rgb',
        scale: 1 / 255,
        mean: [1, 2, 3],
        deviation: [1, 1, 1],
      },
    });
  });

  it('passes the bytes of images unchanged to an input of bytes, channels last', async () => {
    const file = writeModel(newFolder(), described({ image: {} }, { inputs: '.' }), {
      'a.webp': '',
    });

    expect(await readModel(file, models.classifier)).toMatchObject({
      source: { image: { datatype: 'UINT8', layout: 'NHWC', width: 2, height: 2, scale: 1 } },
    });
  });

  it('may name the classes', async () => {
    const labels = `${Array.from({ length: 10 }, (_, at) => `class ${at}`).join('\n')}\n`;
    const file = writeModel(newFolder(), described({ labels: 'l.txt' }), { 'l.txt': labels });
    const model = await readModel(file, models.classifier);

    expect(model.labels?.output).toBe('scores');
    expect(model.labels?.names).toHaveLength(10);
  });

  it('may name a folder of .npy files, with a folder for each request if there are several inputs', async () => {
    const forOneInput = writeModel(newFolder(), described({}, { inputs: 'in' }), {
      'in/b.npy': '',
      'in/a.npy': '',
    });
    const forTwoInputs = writeModel(newFolder(), described({}, { inputs: 'in' }), {
      'in/2/mask.npy': '',
      'in/2/ids.npy': '',
      'in/10/ids.npy': '',
      'in/10/mask.npy': '',
    });

    expect(await namesOf(forOneInput, models.classifier)).toEqual([['in/a.npy'], ['in/b.npy']]);
    expect(await namesOf(forTwoInputs, models.text)).toEqual([
      ['in/10/ids.npy', 'in/10/mask.npy'],
      ['in/2/ids.npy', 'in/2/mask.npy'],
    ]);
  });
});

const refusalOf = async (
  tensors: ModelTensors,
  description: unknown,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<BenchError> => {
  const error: unknown = await readModel(
    writeModel(newFolder(), description, files),
    tensors,
  ).catch((thrown: unknown) => thrown);
  if (!(error instanceof BenchError)) throw new Error('it was not refused', { cause: error });
  return error;
};

describe('A description is refused, with a remedy, if', () => {
  it.each([
    ['a key is unknown', { sizs: {} }, 'BENCH_DESCRIPTION', '"model.sizs"'],
    ['a value has the wrong type', { sizes: { x: 'large' } }, 'BENCH_DESCRIPTION', 'sizes.x'],
    ['a part is not an object', { image: 'yes' }, 'BENCH_DESCRIPTION', 'image is "yes"'],
    ['a word is unknown', { image: { resize: 'fit' } }, 'BENCH_DESCRIPTION', 'resize is "fit"'],
    ['the name has spaces', { name: 'My model' }, 'BENCH_DESCRIPTION', 'model.name'],
    ['sizes are for an unknown input', { sizes: { xx: [1] } }, 'BENCH_MISMATCH', '"xx"'],
    ['sizes do not fit', { sizes: { x: [1, 2, 2, 4] } }, 'BENCH_MISMATCH', '[1, 2, 2, 3]'],
    ['labels cannot be read', { labels: 'no.txt' }, 'BENCH_LABELS', 'no.txt'],
    ['there are too few labels', { labels: 'l.txt' }, 'BENCH_LABELS', '2 labels'],
    ['there are too many labels', { labels: 'long.txt' }, 'BENCH_LABELS', '11 labels'],
    ['bytes are scaled', { image: { scale: 0.5 } }, 'BENCH_MISMATCH', 'UINT8'],
    [
      'the shorter side is too short',
      { image: { resize: 'crop', shortSide: 1 } },
      'BENCH_MISMATCH',
      'shortSide is 1',
    ],
  ])('%s', async (_, model, code, quoted) => {
    const error = await refusalOf(models.classifier, described(model), {
      'l.txt': 'a\nb\n',
      'long.txt': 'a\n'.repeat(11),
    });

    expect(error).toMatchObject({
      code,
      message: expect.stringContaining(quoted) as string,
      hint: expect.any(String) as string,
    });
  });

  it.each([
    ['a key is misspelt', { torchscrip: 'a.pt' }, {}, 'BENCH_DESCRIPTION', 'torchscript?'],
    ['a word is misspelt', { sizes }, { inputs: 'randm' }, 'BENCH_INPUTS', 'random?'],
    [
      'a folder has images instead of .npy files',
      {},
      { inputs: '.' },
      'BENCH_INPUTS',
      'model.image',
    ],
  ])('%s, which the remedy corrects', async (_, model, rest, code, hint) => {
    const files = { 'a.png': '' };

    expect(await refusalOf(models.text, described(model, rest), files)).toMatchObject({
      code,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('there is no size for an input whose number of dimensions is open', async () => {
    expect(await refusalOf(models.anyRank, described())).toMatchObject({
      code: 'BENCH_MISMATCH',
      hint: expect.stringContaining('model.sizes: { x: [') as string,
    });
  });

  it('the shorter side of images is shorter than the longer side of the input', async () => {
    const image = { resize: 'crop', shortSide: 60 };
    const wide = described({ sizes: { images: [1, 3, 48, 64] }, image });

    expect(await refusalOf(models.detector, wide)).toMatchObject({
      message: expect.stringMatching(/\bshortSide\b.*\b60\b/) as string,
      hint: expect.stringMatching(/\b64\b/) as string,
    });
  });

  it.each([
    ['sizes are left open', {}, { inputs: 'random' }, 'BENCH_MISMATCH', '"ids"'],
    ['one of two inputs has no size', { sizes: { ids: [1, 2] } }, {}, 'BENCH_MISMATCH', '"mask"'],
    [
      'a dimension has two sizes',
      { sizes: { ids: [1, 64], mask: [1, 32] } },
      {},
      'BENCH_MISMATCH',
      '64 in ids and 32 in mask',
    ],
    ['inputs are missing', { sizes }, { inputs: './no' }, 'BENCH_INPUTS', '/no'],
    ['one of two inputs has no data', {}, { inputs: 'in' }, 'BENCH_INPUTS', '"mask"'],
    ['a folder has no .npy', {}, { inputs: 'empty' }, 'BENCH_INPUTS', '.npy'],
    [
      'a folder has both files and folders of requests',
      {},
      { inputs: 'both' },
      'BENCH_INPUTS',
      'both/1/ids.npy',
    ],
    [
      'an image does not fit the input',
      { image: { input: 'ids' }, sizes },
      {},
      'BENCH_MISMATCH',
      '"ids"',
    ],
    [
      'the input for the image is not named',
      { image: {}, sizes },
      {},
      'BENCH_MISMATCH',
      'model.image',
    ],
    [
      'a count is given for inputs that are not random',
      {},
      { inputs: { from: 'in', count: 2 } },
      'BENCH_DESCRIPTION',
      'inputs.count',
    ],
    [
      'a range is empty',
      { sizes },
      { inputs: { ranges: { ids: [2, 1] } } },
      'BENCH_DESCRIPTION',
      '[2,1]',
    ],
    [
      'a range of whole numbers has fractions',
      { sizes },
      { inputs: { ranges: { ids: [0, 0.5] } } },
      'BENCH_MISMATCH',
      'INT64',
    ],
    [
      'a range is for an unknown input',
      { sizes },
      { inputs: { ranges: { idx: [0, 1] } } },
      'BENCH_MISMATCH',
      '"idx"',
    ],
    [
      'a check is for an unknown output',
      { sizes },
      { answer: { outputs: { len: {} } } },
      'BENCH_MISMATCH',
      '"len"',
    ],
    [
      'a check has an option of another check',
      { sizes },
      { answer: { check: 'top1', rtol: 1 } },
      'BENCH_DESCRIPTION',
      'rtol',
    ],
  ])('%s', async (_, model, rest, code, quoted) => {
    const error = await refusalOf(models.text, described(model, rest), {
      'in/ids.npy': '',
      'both/ids.npy': '',
      'both/1/ids.npy': '',
      'empty/notes.txt': '',
    });

    expect(error).toMatchObject({
      code,
      message: expect.stringContaining(quoted) as string,
      hint: expect.any(String) as string,
    });
  });

  it('images are for only one of two inputs', async () => {
    const inputs = [...models.detector.inputs, ...models.classifier.inputs];
    const image = { image: { input: 'images' }, sizes: { images: [1, 3, 8, 8] } };
    const tensors = { ...models.detector, inputs };

    expect(
      await refusalOf(tensors, described(image, { inputs: '.' }), { 'a.png': '' }),
    ).toMatchObject({
      code: 'BENCH_INPUTS',
      message: expect.stringContaining('"x"') as string,
    });
  });

  it.each([
    ['model:\n  onnx: m.onnx\n  sizes: { x: [1, 2 }\ncompare: {}\n', 'line 3'],
    ['model:\n  sizes: { x: [1, 2]\n  onnx: m.onnx\n\ncompare: {}\n', 'line 2'],
  ])('a bracket is not closed, with its line: %j', async (text, line) => {
    expect(await refusalOf(models.text, text)).toMatchObject({
      code: 'BENCH_DESCRIPTION',
      message: expect.stringContaining(line) as string,
    });
  });

  it('the file is not YAML, names no model, or is missing', async () => {
    const code = 'BENCH_DESCRIPTION';
    const refusals = [
      await refusalOf(models.text, 'model: {onnx: a'),
      await refusalOf(models.text, 'a list'),
      await refusalOf(models.text, 'model: {}'),
    ];
    const missing = readModel('/nowhere/model.yaml', models.text);

    expect(refusals).toMatchObject([
      { code, message: expect.stringMatching(/\b1\b/) as string },
      { code, message: expect.stringContaining('"a list"') as string },
      { code, hint: expect.stringContaining('model.onnx') as string },
    ]);
    expect(refusals.map(({ message }) => message).join('')).not.toContain('\n');
    await expect(missing).rejects.toMatchObject({ code });
    await expect(readModel('/', models.text)).rejects.toMatchObject({ code });
  });
});

describe('The name of a model', () => {
  it.each([
    ['/models/YOLOv8 (nano).onnx', 'yolov8-nano'],
    ['2b.onnx', 'model-2b'],
    ['模型.onnx', 'model'],
  ])('from %s is %s', (file, name) => {
    expect(nameFrom(file)).toBe(name);
  });
});
