import type { Encoding } from '../serving-configs/manifest.ts';
import type { Geometry } from '../serving-configs/models/input/geometry.ts';

/**
 * The memory that the work on an image takes beside its file: decoded pixels and the request made of them. It is known
 * beforehand, so that the work can wait until there is room.
 */
export interface RequestSize {
  readonly fixedBytes: number;
  readonly bytesPerFileByte: number;
  /** Where it is 0, the size of the image need not be known. */
  readonly bytesPerPixel: number;
}

const BASE64 = 4 / 3;
const CHANNELS = 3;

/** Of a number of a model's input; as JSON the most that it may take. */
const bytesPerNumber: Readonly<Record<Encoding, number>> = {
  raw: 4,
  binary: 4,
  form: 4,
  base64: 4 * BASE64,
  json: 16,
};

/** Numbers of the unresized image have a fixed width. */
const BYTES_PER_FULLSIZE_NUMBER = 8;

/** The file passed on: as it is, it takes nothing more. */
export const fileSizeAs = (encoding: Encoding): RequestSize => ({
  fixedBytes: 0,
  bytesPerFileByte: encoding === 'raw' || encoding === 'form' ? 0 : BASE64,
  bytesPerPixel: 0,
});

/** A tensor of pixels, of which each channel takes one byte more before it becomes a number. */
export const tensorSizeAs = (encoding: Encoding, geometry: Geometry): RequestSize => {
  const size = { fixedBytes: 0, bytesPerFileByte: 0, bytesPerPixel: 0 };
  const bytesPerPixel = CHANNELS * (1 + bytesPerNumber[encoding]);
  switch (geometry.kind) {
    case 'crop':
    case 'letterbox':
    case 'stretch':
      return { ...size, fixedBytes: geometry.width * geometry.height * bytesPerPixel };
    case 'as-is':
      return { ...size, bytesPerPixel: CHANNELS * (1 + BYTES_PER_FULLSIZE_NUMBER) };
    default:
      return geometry satisfies never;
  }
};
