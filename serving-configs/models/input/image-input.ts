import type { Layout } from '../../manifest.ts';

/** Three numbers, one for each channel of a model. */
export type Channels = readonly [number, number, number];

/** How an image becomes one of the inputs of a user's model, batch of one. */
export interface ImageInput {
  readonly input: string;
  readonly datatype: 'FP32' | 'FP16' | 'UINT8';
  /**
   * To width and height: `stretch` does not keep the ratio of the sides, `letterbox` fills up with grey, `crop` takes the middle.
   */
  readonly resize: 'stretch' | 'letterbox' | 'crop';
  /** Of `crop`: the shorter side of the image before it is cut, no less than width and height. Default: as little as covers them. */
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

/** The shape of the tensor that an image of that size becomes, batch of one. */
export const shapeOf = (
  layout: Layout,
  { width, height }: Pick<ImageInput, 'width' | 'height'>,
): readonly number[] => (layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3]);
