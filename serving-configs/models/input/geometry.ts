import type { Layout } from '../../manifest.ts';
import { classifierInputs } from './classifier.ts';
import type { ImageInput } from './image-input.ts';

/** A decoded image: 8-bit sRGB, interleaved, row by row, three bytes a pixel, no padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width × height × 3` bytes: red, green, blue of the top left pixel first. */
  readonly data: Uint8Array;
}

/** Whose input an image becomes: the classifier's in one of its layouts, or the unresized image of the study of 2021. */
export type InputTarget = Layout | 'fullsize';

/** What happens to the upright image before its bytes become numbers. */
export type Geometry = (
  | {
      readonly kind: 'crop';
      /** Of the image before it is cut; undefined: no larger than needed. */
      readonly shortSide: number | undefined;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'stretch' | 'letterbox'; readonly width: number; readonly height: number }
  | { readonly kind: 'as-is' }
) & {
  /** An image with more pixels is refused by its header, before any of it is decoded. */
  readonly maxPixels: number;
};

/** Of the file of an image. */
export const MAX_IMAGE_BYTES = 20 * 2 ** 20;

/** Far above any camera, far below what a crafted header can claim. */
const MAX_PIXELS = 50_000_000;

/** Every pixel becomes 24 bytes of JSON, so that this limit stands for a request of 192 MB. */
const MAX_PIXELS_AS_JSON = 8_000_000;

/** What happens to an image that becomes an input. */
export const geometryFor = ({ resize: kind, shortSide, width, height }: ImageInput): Geometry => {
  const facts = { width, height, maxPixels: MAX_PIXELS };
  return kind === 'crop' ? { kind, shortSide, ...facts } : { kind, ...facts };
};

const geometries: Readonly<Record<InputTarget, Geometry>> = {
  NCHW: geometryFor(classifierInputs.NCHW),
  NHWC: geometryFor(classifierInputs.NHWC),
  fullsize: { kind: 'as-is', maxPixels: MAX_PIXELS_AS_JSON },
};

export const geometryOf = (target: InputTarget): Geometry => geometries[target];
