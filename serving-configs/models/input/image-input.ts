import type { Layout, Payload, TENSORS } from '../../manifest.ts';

/** One number for each channel of an image. */
export type Channels = readonly [number, number, number];

/** How an image becomes the input of a model, with a batch of 1. */
export interface ImageInput {
  readonly input: string;
  readonly datatype: 'FP32' | 'FP16' | 'UINT8';
  /**
   * How the image gets its width and height: `stretch` ignores the aspect ratio, `letterbox` adds a grey border, `crop` takes the
   * centre. `as-is` keeps its own.
   */
  readonly resize: 'stretch' | 'letterbox' | 'crop' | 'as-is';
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

/**
 * What the image of a payload becomes: the input of the model, or the unresized payload of the study of 2021. The serving itself prepares
 * that of a file, and for its model.
 */
export const imageFor = (payload: Payload | typeof TENSORS, image: ImageInput): ImageInput =>
  payload === 'tensor_fullsize'
    ? {
        ...image,
        resize: 'as-is',
        colours: 'rgb',
        scale: 1 / 255,
        mean: [0, 0, 0],
        deviation: [1, 1, 1],
      }
    : image;

/** The colour of each channel: 0 is red, 1 green, 2 blue. */
export const coloursOf = ({ colours }: Pick<ImageInput, 'colours'>): Channels =>
  colours === 'rgb' ? [0, 1, 2] : [2, 1, 0];

/** For each channel of an input, how its values follow from those of another input: `scale × value of the channel source + offset`. */
export const channelsFrom = (from: ImageInput, to: ImageInput) => {
  const [unit, wantedUnit] = [1 / from.scale, 1 / to.scale];
  return coloursOf(to).map((colour, channel) => {
    const source = coloursOf(from).indexOf(colour);
    const [mean = 0, deviation = 1] = [to.mean[channel], to.deviation[channel]];
    return {
      source,
      scale: (unit * (from.deviation[source] ?? 1)) / (wantedUnit * deviation),
      offset: ((unit * (from.mean[source] ?? 0)) / wantedUnit - mean) / deviation,
    };
  });
};
