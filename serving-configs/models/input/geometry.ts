import type { ImageInput } from './image-input.ts';

/** A decoded image in 8-bit sRGB, row by row without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width × height × 3` bytes: red, green and blue of each pixel, from the top left. */
  readonly data: Uint8Array;
}

/** How the upright image is resized. */
export type Geometry = (
  | {
      readonly kind: 'crop';
      /** The shorter side of the image before the crop; undefined: the smallest that covers it. */
      readonly shortSide: number | undefined;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'stretch' | 'letterbox'; readonly width: number; readonly height: number }
  | { readonly kind: 'as-is' }
) & {
  /** An image whose header claims more pixels is refused without decoding it. */
  readonly maxPixels: number;
};

/** The largest image file. */
export const MAX_IMAGE_BYTES = 20 * 2 ** 20;

/** Far more than cameras have, and far less than a forged header can claim. */
const MAX_PIXELS = 50_000_000;

/** A pixel takes 24 bytes of JSON, so this limit is a request of 192 MB. */
const MAX_PIXELS_AS_JSON = 8_000_000;

/** How an image is resized to become an input. */
export const geometryOf = ({ resize: kind, shortSide, width, height }: ImageInput): Geometry => {
  if (kind === 'as-is') return { kind, maxPixels: MAX_PIXELS_AS_JSON };
  const facts = { width, height, maxPixels: MAX_PIXELS };
  return kind === 'crop' ? { kind, shortSide, ...facts } : { kind, ...facts };
};
