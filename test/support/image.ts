import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

export type Colour = readonly [number, number, number];

/** Colours of the test image: top left, top right, bottom left, bottom right. */
export const QUADRANTS: readonly [Colour, Colour, Colour, Colour] = [
  [220, 40, 40],
  [40, 200, 60],
  [40, 60, 210],
  [230, 220, 60],
];

/** An image of four coloured quadrants, which shows if it was turned, mirrored or shifted. */
export const quadrants = (width: number, height: number): Sharp => {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const quadrant = (y * 2 < height ? 0 : 2) + (x * 2 < width ? 0 : 1);
      data.set(QUADRANTS[quadrant as 0 | 1 | 2 | 3], (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
};

/** Pixels of noise from a seed. */
export const noise = (width: number, height: number, seed = 1): Uint8Array => {
  let state = seed;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
};

const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
};

/** A grey PNG, one bit per pixel, with the given size in its header and any bytes instead of pixels. */
export const pngOf = (width: number, height: number, data: Uint8Array): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};
