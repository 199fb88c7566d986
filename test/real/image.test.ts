import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Layout } from '../../serving-configs/manifest.ts';
import { decodeImage } from '../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../serving-configs/models/input/geometry.ts';
import { normalisationOf, toNumbers } from '../../serving-configs/models/input/normalise.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { imagesDir } from '../support/middleware.ts';

const root = path.resolve(import.meta.dirname, '../..');
const PYTHON = path.join(root, '.cache/venv/python/bin/python');
const PYTHON_SIDE = path.join(root, 'serving-configs/runtimes/venv/python');

/** Writes the tensor of each file beside it; an empty file if the image is refused. */
const SCRIPT = `
import json, sys
from decode_image import InvalidImage, tensor_of
preprocessing, *files = sys.argv[1:]
preprocessing = json.loads(preprocessing)
for file in files:
    try:
        data = tensor_of(open(file, "rb").read(), preprocessing).tobytes()
    except InvalidImage:
        data = b""
    open(f"{file}.{preprocessing['layout']}", "wb").write(data)
`;

const photo = (name: string) => sharp(path.join(imagesDir, name));

/** Images that decoders treat differently. */
const images: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a photograph': () => readFile(path.join(imagesDir, 'cat.jpg')),
  'a large one, which the decoder shrinks': () =>
    photo('retina.jpg').resize(2400).jpeg().toBuffer(),
  'one of an odd size': () => photo('cat.jpg').resize(333, 517, { fit: 'fill' }).jpeg().toBuffer(),
  'one that is smaller than the input': () => photo('cat.jpg').resize(90, 60).jpeg().toBuffer(),
  'a grey one': () => readFile(path.join(imagesDir, 'brick-grey.jpg')),
  'one in four inks': () => photo('coffee.jpg').toColourspace('cmyk').jpeg().toBuffer(),
  'a progressive one': () => photo('rocket.jpg').jpeg({ progressive: true }).toBuffer(),
  'one that lies on its side': () => photo('cat.jpg').withMetadata({ orientation: 6 }).toBuffer(),
  'one that is mirrored and upside down': () =>
    photo('cat.jpg').withMetadata({ orientation: 4 }).toBuffer(),
  'one that is mirrored and lies on its side': () =>
    photo('rocket.jpg').withMetadata({ orientation: 5 }).toBuffer(),
  'one with a wide colour space': () => photo('coffee.jpg').withIccProfile('p3').jpeg().toBuffer(),
  'a transparent PNG': () => photo('cat.jpg').ensureAlpha(0.4).png().toBuffer(),
  'a PNG of 16 bits': () => photo('cat.jpg').toColourspace('rgb16').png().toBuffer(),
  'a PNG with a palette': () => photo('cat.jpg').png({ palette: true }).toBuffer(),
  'a grey PNG': () => photo('grass-grey.jpg').toColourspace('b-w').png().toBuffer(),
  'a WebP': () => photo('astronaut.jpg').webp().toBuffer(),
};

describe('An image that Python decodes', () => {
  let folder: string;
  const names = Object.keys(images);
  const fileOf = (name: string): string => path.join(folder, `${names.indexOf(name)}.bin`);
  const broken = (): string => path.join(folder, 'broken.bin');

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'image-'));
    for (const name of names) await writeFile(fileOf(name), (await images[name]?.()) ?? '');
    await writeFile(broken(), (await readFile(fileOf(names[0] ?? ''))).subarray(0, 3000));
    for (const preprocessing of Object.values(CLASSIFIER.images)) {
      await promisify(execFile)(
        PYTHON,
        ['-c', SCRIPT, JSON.stringify(preprocessing), ...names.map(fileOf), broken()],
        { env: { ...process.env, PYTHONPATH: PYTHON_SIDE } },
      );
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const wanted = async (name: string, layout: Layout): Promise<Buffer> => {
    const image = CLASSIFIER.images[layout];
    const pixels = await decodeImage(await readFile(fileOf(name)), geometryOf(image));
    return Buffer.from(toNumbers(pixels, normalisationOf(image)).buffer);
  };

  it.each(names)('has exactly the tensor of the middleware: %s', async (name) => {
    for (const layout of ['NCHW', 'NHWC'] as const) {
      const numbers = await readFile(`${fileOf(name)}.${layout}`);

      expect(numbers).toHaveLength(4 * 3 * 224 * 224);
      expect(numbers.equals(await wanted(name, layout))).toBe(true);
    }
  });

  it('is refused if it is truncated', async () => {
    expect(await readFile(`${broken()}.NCHW`)).toHaveLength(0);
  });
});
