import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { DEFAULT_CACHE } from '../../serving-configs/models/built-folder.ts';
import { ensureModel } from '../../serving-configs/models/resnet50/ensure-model.ts';
import { npyFile } from '../support/npy-file.ts';
import { twoByTwoModel } from '../support/onnx-models.ts';
import { ensurePublishedModels } from '../support/published-models.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import {
  describeOwn,
  expectAllRight,
  inputsAre,
  runOwn,
  validateOwn,
} from './support/own-model-run.ts';

jest.setTimeout(240_000);

const newFolder = useTemporaryFolders();
const root = path.resolve(import.meta.dirname, '../..');

/** The place of the largest value. */
const top = (values: ArrayLike<number> = []): number =>
  Array.from(values).indexOf(Math.max(...Array.from(values)));

/** An output that was compared and is right. */
const right = (output: string, check: string) =>
  expect.objectContaining({ output, check, passed: true }) as object;

const restAndGrpc = [
  'flask rest',
  'mlserver grpc',
  'mlserver rest',
  'tfserving grpc',
  'tfserving rest',
  'torchserve grpc',
  'torchserve rest',
  'triton_onnx grpc',
  'triton_onnx rest',
];
const rest = ['flask rest', 'kserve rest', 'torchserve rest', 'triton_onnx rest'];

/** Of a file, what magika's model sees: 1024 bytes from each end without blanks before and behind, filled up with 256. */
const featuresOf = (file: Buffer): Buffer => {
  const start = file
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^[\t-\r ]+/, '');
  const end = file
    .subarray(-4096)
    .toString('latin1')
    .replace(/[\t-\r ]+$/, '');
  const features = new Int32Array(2048).fill(256);
  features.set(Buffer.from(start.slice(0, 1024), 'latin1'));
  const last = Buffer.from(end.slice(-1024), 'latin1');
  features.set(last, features.length - last.length);
  const bytes = [...new Uint8Array(features.buffer)];
  return npyFile({ descr: '<i4', shape: [1, features.length], bytes });
};

/** Files of this project, and what they are. */
const FILE_TYPES = {
  'k6/images/cat.jpg': 'jpeg',
  'package.json': 'json',
  'README.md': 'markdown',
  'serving-configs/models/torchscript.py': 'python',
  '.ci/run': 'shell',
  'middleware/app.ts': 'typescript',
} as const;

/** Letters of 5 × 7 squares, a number for each row. */
const T = [31, 4, 4, 4, 4, 4, 4];
const E = [31, 16, 16, 30, 16, 16, 31];
const X = [17, 17, 10, 4, 10, 17, 17];

/** A picture with a word on its left half, drawn without fonts, which this machine may not have. */
const pictureWithText = (): Promise<Buffer> => {
  const squares = [T, E, X, T].flatMap((letter, at) =>
    letter.flatMap((row, y) =>
      [0, 1, 2, 3, 4]
        .filter((x) => (row >> (4 - x)) % 2 === 1)
        .map((x) => `<rect x="${12 + at * 34 + x * 5}" y="${60 + y * 5}" width="5" height="5"/>`),
    ),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect width="320" height="160" fill="#e8e4da"/>${squares.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
};

describe("A user's model on real servers, through the command line", () => {
  it('recognises the types of real files: magika, int32 from .npy files', async () => {
    const folder = newFolder();
    const { fileTypeModel, fileTypes } = await ensurePublishedModels();
    mkdirSync(path.join(folder, 'files'));
    for (const [at, file] of Object.keys(FILE_TYPES).entries()) {
      const features = featuresOf(readFileSync(path.join(root, file)));
      writeFileSync(path.join(folder, `files/${at}-${path.basename(file)}.npy`), features);
    }
    writeFileSync(path.join(folder, 'types.txt'), `${fileTypes.join('\n')}\n`);
    const description = await describeOwn(
      fileTypeModel,
      folder,
      [/^ {2}# labels: labels.txt.*$/m, '  labels: types.txt'],
      inputsAre('./files'),
    );
    const { requests } = await validateOwn(description);
    const run = await runOwn(
      description,
      'triton_onnx,mlserver,torchserve,tfserving,flask',
      'rest,grpc',
    );

    expect(requests).toEqual({ from: 'npy', count: 6, answers: 0, largestBytes: 8192 });
    expectAllRight(run, restAndGrpc, [right('target_label', 'allclose')]);
    expect(run.right.map(({ target_label: scores }) => fileTypes[top(scores)])).toEqual(
      Object.values(FILE_TYPES),
    );
  });

  it('finds text in pictures: RapidOCR, open height and width, with its own preprocessing', async () => {
    const folder = newFolder();
    const { textDetector } = await ensurePublishedModels();
    mkdirSync(path.join(folder, 'pictures'));
    copyFileSync(path.join(root, 'k6/images/coffee.jpg'), path.join(folder, 'pictures/coffee.jpg'));
    writeFileSync(path.join(folder, 'pictures/text.jpg'), await pictureWithText());
    const description = await describeOwn(
      textDetector,
      folder,
      [/^ {4}x: .*$/m, '    x: [1, 3, 160, 320]'],
      // As OpenCV reads it: blue first; (byte ÷ 255 − 0.5) ÷ 0.5.
      [
        /^ {2}# image: .*$/m,
        '  image: { resize: stretch, colours: bgr, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }',
      ],
      inputsAre('./pictures'),
    );
    const { requests } = await validateOwn(description);
    const run = await runOwn(description, 'triton_onnx,kserve,torchserve,flask', 'rest');
    const [, map = []] = run.right.map(({ 'sigmoid_0.tmp_0': text }) => text);
    const columns = Array.from({ length: 320 }, (_, x) =>
      Math.max(...Array.from({ length: 160 }, (__, y) => map[y * 320 + x] ?? NaN)),
    );

    expect(requests).toMatchObject({ from: 'images', count: 2, largestBytes: 4 * 3 * 160 * 320 });
    expectAllRight(run, rest, [right('sigmoid_0.tmp_0', 'allclose')]);
    // The word ends at the 144th pixel.
    expect(Math.max(...columns.slice(0, 144))).toBeGreaterThan(0.8);
    expect(Math.max(...columns.slice(180))).toBeLessThan(0.3);
  });

  it('takes two inputs of different types and gives two outputs, checked against the user’s answers', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'net.onnx'), twoByTwoModel());
    const data = {
      data: [
        { ids: [1, -2, 2 ** 40], weights: [0.5, 0.25, 1] },
        { ids: [7, 8, 9], weights: [0, 0, 0] },
      ],
      validation_data: [
        { sum: [1.5, -1.75, 2 ** 40], twice: [2, -4, 2 ** 41] },
        { sum: [7, 8, 9], twice: [14, 16, 18] },
      ],
    };
    writeFileSync(path.join(folder, 'data.json'), JSON.stringify(data));
    const description = await describeOwn(
      path.join(folder, 'net.onnx'),
      folder,
      inputsAre('data.json'),
    );
    const { requests, targets, leftOut } = await validateOwn(description);
    const run = await runOwn(
      description,
      'triton_onnx,mlserver,torchserve,tfserving,flask',
      'rest,grpc',
    );

    expect(requests).toMatchObject({ from: 'perf_analyzer', count: 2, answers: 2 });
    expect(new Set(targets.map(({ serving }) => serving)).size).toBeGreaterThan(6);
    expect(leftOut.map(({ serving }) => serving)).toContain('triton_tensorrt');
    expectAllRight(run, restAndGrpc, [right('sum', 'allclose'), right('twice', 'allclose')]);
  });

  it('classifies images: ResNet-50, by its description in the tree', async () => {
    await ensureModel(DEFAULT_CACHE);
    const description = path.join(root, 'serving-configs/models/resnet50/model.json');
    const run = await runOwn(
      description,
      'triton_onnx,kserve,torchserve,flask',
      'rest',
      path.join(newFolder(), 'run'),
    );

    expect(run.right).toHaveLength(8);
    expectAllRight(run, rest, [right('logits', 'top1')]);
  });

  it('is not timed if an answer is wrong, and the run says where and by how much', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'net.onnx'), twoByTwoModel());
    const data = {
      data: [{ ids: [1, 2, 3], weights: [0.5, 0.25, 1] }],
      validation_data: [{ sum: [1.5, 2.25, 4], twice: [2, 5, 6] }],
    };
    writeFileSync(path.join(folder, 'data.json'), JSON.stringify(data));
    const description = await describeOwn(
      path.join(folder, 'net.onnx'),
      folder,
      inputsAre('data.json'),
    );
    const run = await runOwn(description, 'flask', 'rest');

    expect(run.exitCode).toBe(1);
    expect(run.compared).toEqual({
      'flask rest': {
        state: 'failed',
        outputs: [
          [
            right('sum', 'allclose'),
            expect.objectContaining({
              output: 'twice',
              passed: false,
              worst: expect.objectContaining({
                index: [0, 1],
                expected: '5',
                answered: '4',
              }) as object,
              values: 3,
              wrongValues: 1,
            }) as object,
          ],
        ],
      },
    });
    expect(run.measured).toEqual([{ target: 'flask rest', state: 'failed' }]);
    expect(run.validity?.reasons[0]).toContain('output "twice" at [0,1] is 4 instead of 5');
    expect(run.report).toContain(String.raw`| 0 of 1 | \[0,1\] of 0001-data-0.tensors | 5 | 4 |`);
  });
});
