import { deflateSync } from 'node:zlib';
import sharp from 'sharp';

import {
  decodeImage,
  InvalidImage,
} from '../../../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../../../serving-configs/models/input/geometry.ts';
import { imageFor } from '../../../../serving-configs/models/input/image-input.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { pngOf, quadrants } from '../../../support/image.ts';

const torch = geometryOf(CLASSIFIER.image);

/** Less than decoding 30000×30000 pixels takes, and far more than reading a header does. */
const MAX_CPU_US = 1_000_000;

const refusal = async (bytes: Uint8Array, geometry = torch): Promise<InvalidImage> => {
  try {
    await decodeImage(bytes, geometry);
  } catch (error) {
    if (error instanceof InvalidImage) return error;
    throw error;
  }
  throw new Error('the image was taken');
};

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

/** A real JPEG whose frame header claims another size. */
const jpegClaiming = async (width: number, height: number): Promise<Buffer> => {
  const jpeg = await quadrants(16, 16).jpeg().toBuffer();
  const frame = jpeg.indexOf('\xff\xc0', 0, 'latin1');
  jpeg.writeUInt16BE(height, frame + 5);
  jpeg.writeUInt16BE(width, frame + 7);
  return jpeg;
};

const webpClaiming = async (width: number, height: number): Promise<Buffer> => {
  const webp = await quadrants(16, 16).webp({ lossless: true }).toBuffer();
  webp.writeUInt32LE((width - 1) | ((height - 1) << 14), 21);
  return webp;
};

describe('decodeImage refuses', () => {
  it('an empty file', async () => {
    const error = await refusal(new Uint8Array());

    expect(error.code).toBe('empty');
    expect(error.message).toContain('empty');
  });

  it.each([
    ['text', async () => text('this is a text, not an image')],
    ['a JPEG start without more', async () => text('\xff\xd8')],
    ['a wave file', async () => text('RIFF\x24\0\0\0WAVEfmt ')],
    ['a GIF', () => quadrants(8, 8).gif().toBuffer()],
    ['an AVIF', () => quadrants(16, 16).avif({ effort: 0 }).toBuffer()],
  ])('%s, as another type', async (_, make) => {
    expect((await refusal(await make())).code).toBe('unsupported-type');
  });

  it.each([
    ['JPEG', () => quadrants(200, 150).jpeg().toBuffer()],
    ['progressive JPEG', () => quadrants(200, 150).jpeg({ progressive: true }).toBuffer()],
    ['PNG', () => quadrants(200, 150).png().toBuffer()],
    ['WebP', () => quadrants(200, 150).webp().toBuffer()],
  ])('a %s that is cut off anywhere after its first bytes', async (_, make) => {
    const whole = await make();

    for (const share of [0.05, 0.3, 0.7, 0.95]) {
      const error = await refusal(whole.subarray(0, Math.floor(whole.length * share)));
      expect(error.code).toBe('damaged');
    }
    expect((await refusal(whole.subarray(0, -2))).code).toBe('damaged');
  });

  it('a cut JPEG whose thumbnail is intact', async () => {
    const thumbnail = await quadrants(16, 16).jpeg().toBuffer();
    const whole = await quadrants(200, 150).jpeg().toBuffer();
    const segment = Buffer.concat([text('\xff\xe1\0\0'), thumbnail]);
    segment.writeUInt16BE(thumbnail.length + 2, 2);
    const file = Buffer.concat([whole.subarray(0, 2), segment, whole.subarray(2)]);
    await expect(decodeImage(file, torch)).resolves.toBeDefined();

    expect((await refusal(file.subarray(0, -200))).code).toBe('damaged');
  });

  it('a PNG whose data are damaged although its end is there', async () => {
    const png = await quadrants(200, 150).png().toBuffer();
    png.fill(0x5a, 60, 120);

    const error = await refusal(png);

    expect(error.code).toBe('damaged');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each([
    ['JPEG', () => jpegClaiming(30000, 30000)],
    ['PNG', async () => pngOf(30000, 30000, deflateSync(new Uint8Array(100)))],
    ['WebP', () => webpClaiming(16383, 16383)],
  ])('a %s whose header claims too many pixels', async (_, make) => {
    const file = await make();
    const before = process.cpuUsage();

    const error = await refusal(file);

    expect(error.code).toBe('too-many-pixels');
    expect(error.message).toMatch(/(30000×30000|16383×16383).*50 million/);
    expect(process.cpuUsage(before).user).toBeLessThan(MAX_CPU_US);
  });

  it('an image that is small enough to shrink but too large for JSON', async () => {
    const file = await quadrants(3000, 3000).jpeg({ quality: 50 }).toBuffer();

    await expect(decodeImage(file, torch)).resolves.toMatchObject({ width: 224 });
    const error = await refusal(file, geometryOf(imageFor('tensor_fullsize', CLASSIFIER.image)));

    expect(error.code).toBe('too-many-pixels');
    expect(error.message).toContain('8 million');
  });

  it('2,000 mutated JPEGs only with InvalidImage', async () => {
    const original = await sharp(await quadrants(48, 40).png().toBuffer())
      .jpeg()
      .toBuffer();
    let state = 20211015;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const mutated = (): Buffer => {
      let file = Buffer.from(original);
      for (let edits = 1 + random(8); edits > 0; edits -= 1) {
        const at = random(file.length);
        const kind = random(4);
        if (kind === 0) file[at] = random(256);
        else if (kind === 1) file = file.subarray(0, at + 1);
        else if (kind === 2)
          file = Buffer.concat([file.subarray(0, at), file.subarray(at + random(20))]);
        else file = Buffer.concat([file.subarray(0, at), original.subarray(at - random(20)), file]);
      }
      return file;
    };
    const outcomes = new Map<string, number>();

    for (let round = 0; round < 2000; round += 1) {
      let outcome = 'pixels';
      try {
        const { data } = await decodeImage(mutated(), torch);
        expect(data).toHaveLength(150528);
      } catch (error) {
        if (!(error instanceof InvalidImage)) throw error;
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }

    expect([...outcomes.values()].reduce((sum, count) => sum + count)).toBe(2000);
    expect(outcomes.get('pixels')).toBeGreaterThan(50);
    expect(outcomes.get('damaged')).toBeGreaterThan(50);
  });
});
