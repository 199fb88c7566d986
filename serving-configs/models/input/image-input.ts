import type { Layout } from '../../manifest.ts';

/** One number for each channel of an image. */
export type Channels = readonly [number, number, number];

/** How an image becomes the input of a model, with a batch of 1. */
export interface ImageInput {
  readonly input: string;
  readonly datatype: 'FP32' | 'FP16' | 'UINT8';
  /**
   * How the image gets its width and height: `stretch` ignores the aspect ratio, `letterbox` adds a grey border, `crop` takes the
   * centre.
   */
  readonly resize: 'stretch' | 'letterbox' | 'crop';
  /** For `crop`: the shorter side of the image before the crop, at least `width` and `height`. Default: the smallest that covers them. */
  readonly shortSide?: number;
  readonly width: number;
  readonly height: number;
  readonly layout: Layout;
  readonly colours: 'rgb' | 'bgr';
  /** A byte becomes `(byte × scale − mean) ÷ deviation`; mean and deviation in the order of `colours`. */
  readonly scale: number;
  readonly mean: Channels;
  readonly deviation: Channels;
}

/** The shape of an image's tensor, with a batch of 1. */
export const shapeOf = (
  layout: Layout,
  { width, height }: Pick<ImageInput, 'width' | 'height'>,
): readonly number[] => (layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3]);
