import { decodeImage } from '../../models/input/decode-image.ts';
import { geometryOf } from '../../models/input/geometry.ts';
import { channelsFrom, shapeOf, type ImageInput } from '../../models/input/image-input.ts';
import { normalisationOf, toNumbers } from '../../models/input/normalise.ts';
import { valuesOf } from '../../models/tensors/tensor-body.ts';
import type { WireInput } from '../../protocols/wire.ts';

export interface ShapedTensor {
  readonly values: Float32Array;
  /** Four dimensions, the first of which is 1. */
  readonly shape: readonly number[];
}

/**
 * Converts a tensor from one layout, with its normalisation, to the other. Our network takes NCHW, and a trained model either layout.
 */
export const adaptTensor = (
  tensor: ShapedTensor,
  from: ImageInput,
  to: ImageInput,
): ShapedTensor => {
  if (from.layout === to.layout) return tensor;
  const [, second = 0, third = 0, fourth = 0] = tensor.shape;
  const isPlanar = from.layout === 'NCHW';
  const [height, width] = isPlanar ? [third, fourth] : [second, third];
  const area = height * width;
  const [pixelStep, channelStep] = isPlanar ? [1, area] : [3, 1];
  const [toPixelStep, toChannelStep] = isPlanar ? [3, 1] : [1, area];
  const result = new Float32Array(tensor.values.length);
  for (const [channel, { source, scale, offset }] of channelsFrom(from, to).entries()) {
    let at = source * channelStep;
    let target = channel * toChannelStep;
    for (let pixel = 0; pixel < area; pixel++) {
      result[target] = (tensor.values[at] ?? 0) * scale + offset;
      at += pixelStep;
      target += toPixelStep;
    }
  }
  return { values: result, shape: shapeOf(to.layout, { width, height }) };
};

/**
 * Returns a function that decodes an image, resizes and normalises it.
 * @throws InvalidImage if the bytes cannot be decoded as an image.
 */
export const imagePreparer = (image: ImageInput) => {
  const geometry = geometryOf(image);
  const normalisation = normalisationOf(image);
  return async (bytes: Uint8Array): Promise<ShapedTensor> => {
    const pixels = await decodeImage(bytes, geometry);
    return { values: toNumbers(pixels, normalisation), shape: shapeOf(image.layout, pixels) };
  };
};

/** Returns a function that turns the input of a request into the input of the classifier. */
export const inputPreparer = (image: ImageInput) => {
  const prepareImage = imagePreparer(image);
  return async (input: WireInput): Promise<ShapedTensor> => {
    if (input.kind === 'image') return prepareImage(input.bytes);
    const [tensor] = input.tensors;
    const values = tensor && valuesOf(tensor);
    if (values instanceof Float32Array) return { values, shape: tensor?.shape ?? [] };
    throw new Error('the request has no floats');
  };
};
