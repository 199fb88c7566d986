import type { WeightFamily } from '../../manifest.ts';
import type { ImageInput } from './image-input.ts';

/** A decoded image: 8-bit sRGB, interleaved, row by row, three bytes a pixel, no padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width × height × 3` bytes: red, green, blue of the top left pixel first. */
  readonly data: Uint8Array;
}

/** Whose input an image becomes: that of a family of weights, or the unresized image of the study of 2021. */
export type InputTarget = WeightFamily | 'fullsize';

/** What happens to the upright image before its bytes become numbers. */
export type Geometry = (
  | {
      readonly kind: 'crop';
      /** Of the image before it is cut. */
      readonly shortSide: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'stretch' | 'letterbox'; readonly width: number; readonly height: number }
  | { readonly kind: 'as-is' }
) & {
  /** A image with more pixels is refused by its header, before any of it is decoded. */
  readonly maxPixels: number;
};

/** Far above any camera, far below what a crafted header can claim. */
const MAX_PIXELS = 50_000_000;

/** Every pixel becomes 24 bytes of JSON, so that this limit stands for a request of 192 MB. */
const MAX_PIXELS_AS_JSON = 8_000_000;

const geometries = {
  // The evaluation transform of torchvision's IMAGENET1K_V1 weights: Resize(256), CenterCrop(224).
  torch: { kind: 'crop', shortSide: 256, width: 224, height: 224, maxPixels: MAX_PIXELS },
  // keras.applications.ResNet50 with its classifier takes 224×224 and nothing else; Keras users stretch to it.
  keras: { kind: 'stretch', width: 224, height: 224, maxPixels: MAX_PIXELS },
  fullsize: { kind: 'as-is', maxPixels: MAX_PIXELS_AS_JSON },
} as const satisfies Record<InputTarget, Geometry>;

/** The geometry of a target, as its weights were evaluated with. */
export const geometryOf = (target: InputTarget): Geometry => geometries[target];

/** The geometry of a user's model. */
export const geometryFor = ({ resize: kind, width, height, ...image }: ImageInput): Geometry => {
  const { shortSide = Math.min(width, height) } = image;
  const facts = { width, height, maxPixels: MAX_PIXELS };
  return kind === 'crop' ? { kind, shortSide, ...facts } : { kind, ...facts };
};
