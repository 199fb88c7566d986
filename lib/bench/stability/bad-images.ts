import sharp from 'sharp';

const TRUNCATED_SHARE = 0.6;
const TEXT = 'This is a sentence where an image should be.';

const hugeImage = (): Promise<Buffer> =>
  sharp({ create: { width: 11_600, height: 8_660, channels: 3, background: 'grey' } })
    // Optimised Huffman tables would save 1 MB of 1.6 MB, but need the whole image in memory: 600 MB.
    .jpeg({ quality: 50, optimiseCoding: false })
    .toBuffer();

let huge: Promise<Buffer> | undefined;

/** Makes the bytes that replace a good image, by fault. */
export const badImages = {
  'image-truncated': async (image: Buffer) =>
    image.subarray(0, Math.floor(image.length * TRUNCATED_SHARE)),
  'image-empty': async () => Buffer.alloc(0),
  'image-text': async () => Buffer.from(TEXT),
  'image-cmyk': (image: Buffer) => sharp(image).toColourspace('cmyk').jpeg().toBuffer(),
  'image-one-channel': (image: Buffer) => sharp(image).toColourspace('b-w').jpeg().toBuffer(),
  'image-100-megapixels': () => (huge ??= hugeImage()),
} as const;
