/**
 * Why a file is refused.
 * - `empty`: it has no bytes.
 * - `unsupported-type`: it does not start like a JPEG, PNG or WebP.
 * - `damaged`: its end is missing, or it cannot be decoded.
 * - `too-many-pixels`: its header claims more pixels than the limit.
 */
export type InvalidImageCode = 'empty' | 'unsupported-type' | 'damaged' | 'too-many-pixels';

/** A file is not an image that we decode. The message is a sentence for its sender. */
export class InvalidImage extends Error {
  override readonly name = 'InvalidImage';
  readonly code: InvalidImageCode;

  constructor(code: InvalidImageCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The image formats that we decode. Everything else is refused without a decoder. */
type ImageType = 'jpeg' | 'png' | 'webp';

export interface ImageHeader {
  readonly type: ImageType;
  /** Before the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
}

const ascii = (bytes: Buffer, start: number, end: number): string =>
  bytes.toString('latin1', start, end);

const damaged = (type: string): InvalidImage =>
  new InvalidImage('damaged', `The ${type} is damaged or cut off; send the whole file.`);

/** Frame headers are SOF0 to SOF15 without DHT, JPG and DAC, which have markers in the same range. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Walks the segments up to the first scan; ITU-T T.81, annex B. */
const readJpeg = (bytes: Buffer): ImageHeader => {
  let size: { readonly width: number; readonly height: number } | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw damaged('JPEG');
    const marker = bytes[at + 1] ?? 0;
    // Fill bytes may stand before any marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrameHeader(marker) && at + 9 <= bytes.length) {
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker === 0xda) {
      // The end marker cannot occur inside a scan, where 0xff is always followed by 0 or a restart marker. A thumbnail has one too,
      // but it lies before the scan.
      const end = bytes.lastIndexOf('\xff\xd9', undefined, 'latin1');
      if (size === undefined || end < at) throw damaged('JPEG');
      return { type: 'jpeg', ...size };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw damaged('JPEG');
};

/** Reads the first chunk after the signature, IHDR; PNG specification, 5.2 and 11.2.2. */
const readPng = (bytes: Buffer): ImageHeader => {
  const end = bytes.lastIndexOf('IEND', undefined, 'latin1');
  if (ascii(bytes, 12, 16) !== 'IHDR' || end < 33 || end + 8 > bytes.length) throw damaged('PNG');
  return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
};

/** Reads the first chunk of the RIFF container, which is lossy, lossless or extended; WebP container specification. */
const readWebp = (bytes: Buffer): ImageHeader => {
  if (bytes.length < 30 || bytes.readUInt32LE(4) + 8 > bytes.length) throw damaged('WebP');
  const chunk = ascii(bytes, 12, 16);
  if (chunk === 'VP8 ') {
    const width = bytes.readUInt16LE(26) & 0x3fff;
    return { type: 'webp', width, height: bytes.readUInt16LE(28) & 0x3fff };
  }
  if (chunk === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return { type: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk === 'VP8X') {
    return {
      type: 'webp',
      width: bytes.readUIntLE(24, 3) + 1,
      height: bytes.readUIntLE(27, 3) + 1,
    };
  }
  throw damaged('WebP');
};

const readHeader = (file: Uint8Array): ImageHeader => {
  if (file.length === 0) {
    throw new InvalidImage('empty', 'The image is empty; send the bytes of a JPEG, PNG or WebP.');
  }
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const start = ascii(bytes, 0, 64);
  if (start.startsWith('\xff\xd8\xff')) return readJpeg(bytes);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return readPng(bytes);
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return readWebp(bytes);
  throw new InvalidImage('unsupported-type', 'The file is not a JPEG, PNG or WebP.');
};

/**
 * Reads the type and size of an image and checks that its end is there, without decoding it.
 * @throws InvalidImage if the file is empty or has another type, its header or end is missing, or it has too many pixels.
 */
export const readImageHeader = (file: Uint8Array, maxPixels: number): ImageHeader => {
  const header = readHeader(file);
  const { width, height } = header;
  if (width * height <= maxPixels) return header;
  throw new InvalidImage(
    'too-many-pixels',
    `The image has ${width}×${height} pixels; the limit is ${maxPixels / 1e6} million.`,
  );
};
