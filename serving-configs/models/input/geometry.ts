import type { Layout, Payload, TENSORS } from '../../manifest.ts';
import { classifierInputs } from './classifier.ts';
import type { ImageInput } from './image-input.ts';

/** A decoded image in 8-bit sRGB, row by row without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width × height × 3` bytes: red, green and blue of each pixel, from the top left. */
  readonly data: Uint8Array;
}

/** What an image is prepared for: the classifier in one of its layouts, or the unresized payload of the study of 2021. */
export type InputTarget = Layout | 'fullsize';

/** What the image of a payload is prepared for; the serving itself prepares that of a file, and for its model. */
export const inputTargetOf = (payload: Payload | typeof TENSORS, layout: Layout): InputTarget =>
  payload === 'tensor_fullsize' ? 'fullsize' : layout;

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
