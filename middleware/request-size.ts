import type { Encoding } from '../serving-configs/manifest.ts';
import type { Geometry } from '../serving-configs/models/input/geometry.ts';

/**
 * The memory for the work on an image in addition to its file: decoded pixels and the encoded request. It is known
 * beforehand, so that the work can wait until this memory is free.
 */
export interface RequestSize {
  readonly fixedBytes: number;
  readonly bytesPerFileByte: number;
  /** If 0, the size of the image in pixels does not matter. */
  readonly bytesPerPixel: number;
}

const BASE64 = 4 / 3;
const CHANNELS = 3;

/** Bytes per number of a tensor; for JSON an upper limit. */
const bytesPerNumber: Readonly<Record<Encoding, number>> = {
  raw: 4,
  binary: 4,
  form: 4,
  base64: 4 * BASE64,
  json: 16,
};

/** The payload `tensor_fullsize` writes numbers of a fixed width. */
const BYTES_PER_FULLSIZE_NUMBER = 8;

/** The memory for an image file that is passed on. Unless it becomes base64, it is not copied. */
export const fileSizeAs = (encoding: Encoding): RequestSize => ({
  fixedBytes: 0,
  bytesPerFileByte: encoding === 'raw' || encoding === 'form' ? 0 : BASE64,
  bytesPerPixel: 0,
});

/** The memory for a tensor: one byte per channel of a decoded pixel, and the number made of it. */
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
