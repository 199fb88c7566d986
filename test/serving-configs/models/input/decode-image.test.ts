import sharp, { type Sharp } from 'sharp';

import { decodeImage } from '../../../../serving-configs/models/input/decode-image.ts';
import { geometryOf, type Pixels } from '../../../../serving-configs/models/input/geometry.ts';
import { imageFor } from '../../../../serving-configs/models/input/image-input.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { quadrants, QUADRANTS, type Colour } from '../../../support/image.ts';

const [RED, GREEN, BLUE, YELLOW] = QUADRANTS;

/** The colour at the centre of each quadrant, in the order of `QUADRANTS`. */
const middles = ({ width, height, data }: Pixels): Colour[] =>
  [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ].map(([x = 0, y = 0]) => {
    const at = (Math.floor(height * y) * width + Math.floor(width * x)) * 3;
    return [data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1];
  });

/** The largest difference between a channel of a quadrant and its expected colour. */
const worstError = (pixels: Pixels, expected: readonly Colour[]): number =>
  Math.max(
    ...middles(pixels).flatMap((colour, quadrant) =>
      colour.map((value, c) => Math.abs(value - (expected[quadrant]?.[c] ?? -999))),
    ),
  );

/** The red of the first and the last pixel in the first row, for a width of 224. */
const ends = ({ data }: Pixels): readonly [number, number] => [data[0] ?? -1, data[223 * 3] ?? -1];

const { NCHW, NHWC } = CLASSIFIER.images;
const fullsize = geometryOf(imageFor('tensor_fullsize', NCHW));
const image = (): Sharp => quadrants(320, 240);

/** The grey with the luminance of a colour in sRGB. */
const greyOf = async (colour: Colour): Promise<Colour> => {
  const [r, g, b] = colour;
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: { r, g, b } } });
  const { data } = await pixel.greyscale().raw().toBuffer({ resolveWithObject: true });
  const value = data[0] ?? -1;
  return [value, value, value];
};

describe('decodeImage', () => {
  it.each([
    ['a baseline JPEG', () => image().jpeg({ quality: 95 }), 3],
    ['a progressive JPEG', () => image().jpeg({ quality: 95, progressive: true }), 3],
    ['a JPEG without chroma subsampling', () => image().jpeg({ chromaSubsampling: '4:4:4' }), 4],
    ['a PNG', () => image().png(), 0],
    ['an interlaced PNG', () => image().png({ progressive: true }), 0],
    ['a palette PNG', () => image().png({ palette: true }), 2],
    ['a 16-bit PNG', () => image().toColourspace('rgb16').png(), 1],
    ['an opaque PNG with an alpha channel', () => image().ensureAlpha().png(), 0],
    ['a lossy WebP', () => image().webp({ quality: 95 }), 6],
    ['a lossless WebP', () => image().webp({ lossless: true }), 0],
    ['a WebP with an alpha channel', () => image().ensureAlpha(0.999).webp({ lossless: true }), 2],
  ])('reads the colours of %s', async (_, make, tolerance) => {
    const pixels = await decodeImage(await make().toBuffer(), fullsize);

    expect([pixels.width, pixels.height]).toEqual([320, 240]);
    expect(pixels.data).toHaveLength(320 * 240 * 3);
    expect(worstError(pixels, QUADRANTS)).toBeLessThanOrEqual(tolerance);
  });

  it('reads a CMYK JPEG', async () => {
    // Inks cannot print strong colours, so only the hue is compared.
    const cmyk = await image().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');

    const [red, green, blue, yellow] = middles(await decodeImage(cmyk, fullsize));

    expect(red?.[0]).toBeGreaterThan(180);
    expect(Math.max(red?.[1] ?? 255, red?.[2] ?? 255)).toBeLessThan(90);
    expect(green?.[1]).toBeGreaterThan(140);
    expect(Math.max(green?.[0] ?? 255, green?.[2] ?? 255)).toBeLessThan(120);
    expect(blue?.[2]).toBeGreaterThan(120);
    expect(Math.max(blue?.[0] ?? 255, blue?.[1] ?? 255)).toBeLessThan(110);
    expect(Math.min(yellow?.[0] ?? 0, yellow?.[1] ?? 0)).toBeGreaterThan(190);
    expect(yellow?.[2]).toBeLessThan(110);
  });

  it.each([
    ['JPEG', () => image().toColourspace('b-w').jpeg({ quality: 95 }), 1],
    ['PNG', () => image().toColourspace('b-w').png(), 1],
    ['16-bit PNG', () => image().toColourspace('grey16').png(), 1],
  ])('copies the one channel of a grey %s to all three', async (_, make, channels) => {
    const file = await make().toBuffer();
    expect((await sharp(file).metadata()).channels).toBe(channels);

    const pixels = await decodeImage(file, fullsize);

    expect(worstError(pixels, await Promise.all(QUADRANTS.map(greyOf)))).toBeLessThanOrEqual(3);
    expect(pixels.data.every((value, at) => value === pixels.data[at - (at % 3)])).toBe(true);
  });

  it('shows white through transparent parts', async () => {
    const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
    const half = { r: 200, g: 100, b: 0, alpha: 0.5 };
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: transparent } });
    const misty = sharp({ create: { width: 8, height: 8, channels: 4, background: half } });

    const white = await decodeImage(await clear.png().toBuffer(), fullsize);
    const mixed = await decodeImage(await misty.png().toBuffer(), fullsize);

    expect([...white.data.subarray(0, 3)]).toEqual([255, 255, 255]);
    for (const [channel, value] of [227, 177, 127].entries()) {
      expect(Math.abs((mixed.data[channel] ?? -9) - value)).toBeLessThanOrEqual(1);
    }
  });

  it('takes the first frame of an animated WebP', async () => {
    const frames = await Promise.all(
      [RED, BLUE].map(async ([r, g, b]) => {
        const background = { r, g, b };
        return sharp({ create: { width: 32, height: 32, channels: 3, background } })
          .png()
          .toBuffer();
      }),
    );
    const file = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(file).metadata()).pages).toBe(2);

    const pixels = await decodeImage(file, fullsize);

    expect([pixels.width, pixels.height]).toEqual([32, 32]);
    expect([...pixels.data.subarray(0, 3)]).toEqual([...RED]);
  });

  describe.each([
    ['the unresized payload', fullsize],
    ['NCHW', geometryOf(NCHW)],
    ['NHWC', geometryOf(NHWC)],
  ])('with the geometry of %s', (_, geometry) => {
    // The stored image always has the same quadrants; each EXIF value gives the upright image these ones.
    it.each([
      [1, [RED, GREEN, BLUE, YELLOW]],
      [2, [GREEN, RED, YELLOW, BLUE]],
      [3, [YELLOW, BLUE, GREEN, RED]],
      [4, [BLUE, YELLOW, RED, GREEN]],
      [5, [RED, BLUE, GREEN, YELLOW]],
      [6, [BLUE, RED, YELLOW, GREEN]],
      [7, [YELLOW, GREEN, BLUE, RED]],
      [8, [GREEN, YELLOW, RED, BLUE]],
    ])('turns EXIF orientation %i upright', async (orientation, expected) => {
      const file = await image().jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();

      const pixels = await decodeImage(file, geometry);

      const upright = orientation >= 5 ? [240, 320] : [320, 240];
      expect([pixels.width, pixels.height]).toEqual(geometry === fullsize ? upright : [224, 224]);
      expect(worstError(pixels, expected)).toBeLessThanOrEqual(3);
    });
  });

  it.each([
    [1, 1],
    [3, 5],
    [1, 400],
    [2000, 7],
    [224, 224],
    [255, 257],
    [1001, 2003],
  ])('fits %i×%i pixels to both layouts', async (width, height) => {
    const file = await quadrants(width, height).png().toBuffer();

    for (const target of [NCHW, NHWC]) {
      const pixels = await decodeImage(file, geometryOf(target));
      expect([pixels.width, pixels.height, pixels.data.length]).toEqual([224, 224, 150528]);
    }
  });

  it('crops the centre of a wide image for NCHW and stretches all of it for NHWC', async () => {
    // The red rises from column 0 to 599. The short side of 400 becomes 256, so the central 224 of 384 columns are 125 to 475.
    const ramp = Buffer.alloc(600 * 400 * 3);
    for (let at = 0; at < ramp.length; at += 3) ramp[at] = ((at / 3) % 600) * (255 / 600);
    const file = await sharp(ramp, { raw: { width: 600, height: 400, channels: 3 } })
      .png()
      .toBuffer();

    const torch = await decodeImage(file, geometryOf(NCHW));
    const keras = await decodeImage(file, geometryOf(NHWC));

    expect(Math.abs(ends(torch)[0] - (125.8 / 600) * 255)).toBeLessThan(1.5);
    expect(Math.abs(ends(torch)[1] - (474.2 / 600) * 255)).toBeLessThan(1.5);
    expect(ends(keras)[0]).toBeLessThan(2);
    expect(ends(keras)[1]).toBeGreaterThan(252);
  });

  it('gives the same image through the shortcut that decodes a JPEG smaller', async () => {
    const large = await quadrants(2400, 1800).jpeg({ quality: 95 }).toBuffer();

    for (const target of [NCHW, NHWC]) {
      const pixels = await decodeImage(large, geometryOf(target));
      expect(worstError(pixels, QUADRANTS)).toBeLessThanOrEqual(3);
    }
  });
});
