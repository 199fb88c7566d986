import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { cp, readFile } from 'node:fs/promises';
import { npyFile } from '../../support/npy-file.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import {
  correct,
  describeOwn,
  expectAllCorrect,
  inputsAre,
  runOwn,
  type Runtime,
  validateOwn,
} from './own-model-run.ts';
import { ensureFolder, sha256Of } from '../../../serving-configs/models/built-folder.ts';
import { withWheels } from '../../../serving-configs/models/lite0/ensure-lite0.ts';

/** Files in the wheels by their name here. */
const FILES = {
  'file-types.onnx': 'magika/models/standard_v3_3/model.onnx',
  'file-types.json': 'magika/models/standard_v3_3/config.min.json',
  'text-detector.onnx': 'rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx',
} as const;

/** Used even if the servings under test have another cache. */
const CACHE = path.join(import.meta.dirname, '../../../.cache/models');

const REQUIREMENTS = path.join(import.meta.dirname, 'published-models.txt');

/**
 * Provides models made by others: magika's, which detects file types, with its settings, and RapidOCR's, which finds text in images.
 * Downloads 18 MB if they are missing.
 *
 * @throws UsageError if the download fails
 */
const ensurePublishedModels = async () => {
  const wheels = sha256Of(await readFile(REQUIREMENTS));
  const folder = path.join(CACHE, `published-${wheels.slice(0, 12)}`);
  await ensureFolder(folder, { wheels }, (unfinished) =>
    withWheels('python3', REQUIREMENTS, async (unpacked) => {
      const copied = Object.entries(FILES).map(async ([name, inWheel]) => {
        await cp(path.join(unpacked, inWheel), path.join(unfinished, name));
        const bytes = await readFile(path.join(unfinished, name));
        return [name, { sizeBytes: bytes.length, sha256: sha256Of(bytes) }] as const;
      });
      return Object.fromEntries(await Promise.all(copied));
    }),
  );
  const { target_labels_space: fileTypes } = JSON.parse(
    await readFile(path.join(folder, 'file-types.json'), 'utf8'),
  ) as { readonly target_labels_space: readonly string[] };
  return {
    fileTypeModel: path.join(folder, 'file-types.onnx'),
    fileTypes,
    textDetector: path.join(folder, 'text-detector.onnx'),
  };
};

const root = path.resolve(import.meta.dirname, '../../..');

/** The index of the largest value. */
const top = (values: ArrayLike<number> = []): number =>
  Array.from(values).indexOf(Math.max(...Array.from(values)));

/** The input of magika's model for a file: 1024 bytes from each end, without outer white space, padded with 256. */
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

/** Files of this project and their types. */
const FILE_TYPES = {
  'k6/images/cat.jpg': 'jpeg',
  'package.json': 'json',
  'README.md': 'markdown',
  'serving-configs/models/torchscript.py': 'python',
  '.ci/run': 'shell',
  'middleware/app.ts': 'typescript',
} as const;

/** Letters of 5 × 7 squares: one number per row, one bit per square. */
const T = [31, 4, 4, 4, 4, 4, 4];
const E = [31, 16, 16, 30, 16, 16, 31];
const X = [17, 17, 10, 4, 10, 17, 17];

/** Draws an image with a word on its left half. It uses no fonts, because the machine may have none. */
const imageWithText = (): Promise<Buffer> => {
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

/** Tests magika's model on real servings, such as `flask rest`, through the command line. */
export const describeFileTypes = (runtime: Runtime, targets: readonly string[]): void => {
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
    const run = await runOwn(description, targets, { runtime });

    expect(requests).toEqual({ from: 'npy', count: 6, answers: 0, largestBytes: 8192 });
    expectAllCorrect(run, targets, [correct('target_label', 'allclose')]);
    expect(run.correct.map(({ target_label: scores }) => fileTypes[top(scores)])).toEqual(
      Object.values(FILE_TYPES),
    );
  });
};

/** Tests RapidOCR's text detector on real servings through the command line. */
export const describeTextDetector = (runtime: Runtime, targets: readonly string[]): void => {
  it('finds text in images: RapidOCR, open height and width, with its own preprocessing', async () => {
    const folder = newFolder();
    const { textDetector } = await ensurePublishedModels();
    mkdirSync(path.join(folder, 'images'));
    copyFileSync(path.join(root, 'k6/images/coffee.jpg'), path.join(folder, 'images/coffee.jpg'));
    writeFileSync(path.join(folder, 'images/text.jpg'), await imageWithText());
    const description = await describeOwn(
      textDetector,
      folder,
      [/^ {4}x: .*$/m, '    x: [1, 3, 160, 320]'],
      // RapidOCR reads images with OpenCV, blue first, and scales them to (byte ÷ 255 − 0.5) ÷ 0.5.
      [
        /^ {2}# image: .*$/m,
        '  image: { resize: stretch, colours: bgr, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }',
      ],
      inputsAre('./images'),
    );
    const { requests } = await validateOwn(description);
    const run = await runOwn(description, targets, { runtime });
    const [, map = []] = run.correct.map(({ 'sigmoid_0.tmp_0': text }) => text);
    const columns = Array.from({ length: 320 }, (_, x) =>
      Math.max(...Array.from({ length: 160 }, (__, y) => map[y * 320 + x] ?? NaN)),
    );

    expect(requests).toMatchObject({ from: 'images', count: 2, largestBytes: 4 * 3 * 160 * 320 });
    expectAllCorrect(run, targets, [correct('sigmoid_0.tmp_0', 'allclose')]);
    // The word ends at the 144th pixel.
    expect(Math.max(...columns.slice(0, 144))).toBeGreaterThan(0.8);
    expect(Math.max(...columns.slice(180))).toBeLessThan(0.3);
  });
};
