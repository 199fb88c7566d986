import type { Layout } from '../../manifest.ts';
import { decodeImage } from '../../models/input/decode-image.ts';
import { geometryOf, type InputTarget } from '../../models/input/geometry.ts';
import { shapeOf } from '../../models/input/image-input.ts';
import { normalisationOf, toTensor } from '../../models/input/normalise.ts';
import { valuesOf } from '../../models/tensors/tensor-body.ts';
import type { WireInput } from '../../protocols/wire.ts';

export interface ShapedTensor {
  readonly values: Float32Array;
  /** Four dimensions, the first of which is 1. */
  readonly shape: readonly number[];
}

/** For each channel of the model, the linear function that normalises a byte: `scale × byte + offset`. */
const linesOf = (layout: Layout) => {
  const { source, tables } = normalisationOf(layout);
  return tables.map((table, channel) => {
    const offset = table[0] ?? 0;
    return { colour: source[channel] ?? 0, offset, scale: ((table[255] ?? 1) - offset) / 255 };
  });
};

/**
 * Converts a tensor from one layout, with its normalisation, to the other. Our network takes NCHW, and a trained model either layout.
 */
export const adaptTensor = (tensor: ShapedTensor, from: Layout, to: Layout): ShapedTensor => {
  if (from === to) return tensor;
  const [, second = 0, third = 0, fourth = 0] = tensor.shape;
  const [height, width] = from === 'NCHW' ? [third, fourth] : [second, third];
  const area = height * width;
  const [pixelStep, channelStep] = from === 'NCHW' ? [1, area] : [3, 1];
  const [toPixelStep, toChannelStep] = to === 'NCHW' ? [1, area] : [3, 1];
  const result = new Float32Array(tensor.values.length);
  const sources = linesOf(from);
  for (const [channel, wanted] of linesOf(to).entries()) {
    const source = sources.findIndex(({ colour }) => colour === wanted.colour);
    const line = sources[source];
    if (line === undefined) continue;
    const scale = wanted.scale / line.scale;
    const offset = wanted.offset - line.offset * scale;
    let at = source * channelStep;
    let target = channel * toChannelStep;
    for (let pixel = 0; pixel < area; pixel++) {
      result[target] = (tensor.values[at] ?? 0) * scale + offset;
      at += pixelStep;
      target += toPixelStep;
    }
  }
  return { values: result, shape: shapeOf(to, { width, height }) };
};

/**
 * Decodes an image, resizes and normalises it for a target, and returns it in a layout.
 * @throws InvalidImage if the bytes cannot be decoded as an image.
 */
export const tensorOfImage = async (
  bytes: Uint8Array,
  target: InputTarget,
  layout: Layout,
): Promise<ShapedTensor> => {
  const pixels = await decodeImage(bytes, geometryOf(target));
  return { values: toTensor(pixels, target, layout), shape: shapeOf(layout, pixels) };
};

/** Turns the input of a request into the input of the classifier in a layout. */
export const prepareInput = async (input: WireInput, layout: Layout): Promise<ShapedTensor> => {
  if (input.kind === 'image') return tensorOfImage(input.bytes, layout, layout);
  const [tensor] = input.tensors;
  const values = tensor && valuesOf(tensor);
  if (values instanceof Float32Array) return { values, shape: tensor?.shape ?? [] };
  throw new Error('the request has no floats');
};
