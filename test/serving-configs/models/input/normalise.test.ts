import { imageFor } from '../../../../serving-configs/models/input/image-input.ts';
import { normalisationOf, toNumbers } from '../../../../serving-configs/models/input/normalise.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { noise } from '../../../support/image.ts';

const pixels = { width: 2, height: 1, data: Uint8Array.from([255, 0, 128, 10, 20, 30]) };
const { NCHW, NHWC } = CLASSIFIER.images;
const torch = normalisationOf(NCHW);
const images = { NCHW, NHWC, fullsize: imageFor('tensor_fullsize', NHWC) } as const;

describe('toNumbers', () => {
  it.each([
    // (255/255 - 0.485) / 0.229, (10/255 - 0.485) / 0.229, then green, then blue.
    ['torchvision', 'NCHW', [2.2489, -1.9467, -2.0357, -1.6856, 0.4265, -1.2816]],
    // Blue, green, red, without scaling.
    ['Keras', 'NHWC', [24.061, -116.779, 131.32, -73.939, -96.779, -113.68]],
    ['the study of 2021', 'fullsize', [1, 0, 0.502, 0.0392, 0.0784, 0.1176]],
  ] as const)('normalises and orders the colours like %s', (_, name, expected) => {
    const tensor = toNumbers(pixels, normalisationOf(images[name]));

    expect(Array.from(tensor, (value) => Number(value.toFixed(4)))).toEqual(expected);
  });

  it.each(Object.entries(images))('has the same values in both layouts for %s', (_, image) => {
    const [width, height] = [5, 3];
    const noisy = { width, height, data: noise(width, height) };
    const rows = toNumbers(noisy, normalisationOf({ ...image, layout: 'NHWC' }));
    const planes = toNumbers(noisy, normalisationOf({ ...image, layout: 'NCHW' }));

    for (let pixel = 0; pixel < width * height; pixel += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        expect(planes[channel * width * height + pixel]).toBe(rows[pixel * 3 + channel]);
      }
    }
  });

  it('has a buffer of its own, so that it can be sent without a copy', () => {
    const tensor = toNumbers(pixels, torch);

    expect(tensor.byteOffset).toBe(0);
    expect(tensor.buffer.byteLength).toBe(24);
  });

  it('refuses an image with fewer bytes than its size needs', () => {
    expect(() => toNumbers({ ...pixels, height: 2 }, torch)).toThrow(RangeError);
  });
});

/** From the documentation of torchvision and Keras. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
const CENTRE = [103.939, 116.779, 123.68] as const;

describe('normalisationOf', () => {
  const exactly: Readonly<
    Record<keyof typeof images, (byte: number, channel: 0 | 1 | 2) => number>
  > = {
    NCHW: (byte, channel) => (byte / 255 - MEAN[channel]) / DEVIATION[channel],
    NHWC: (byte, channel) => byte - CENTRE[channel],
    fullsize: (byte) => byte / 255,
  };

  it.each(['NCHW', 'NHWC', 'fullsize'] as const)(
    'rounds the value of every byte once, from double precision, for %s',
    (name) => {
      const { tables } = normalisationOf(images[name]);

      for (const channel of [0, 1, 2] as const) {
        const values = Array.from({ length: 256 }, (_, byte) => exactly[name](byte, channel));
        expect(tables[channel]).toEqual(Float32Array.from(values));
      }
    },
  );
});
