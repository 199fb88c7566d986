import type { ModelContract } from '../../manifest.ts';
import { decodeImage, InvalidImage } from '../../models/input/decode-image.ts';
import { geometryOf, type InputTarget } from '../../models/input/geometry.ts';
import { toTensor } from '../../models/input/normalise.ts';
import type { WireInput } from '../../protocols/wire.ts';
import type { ShapedTensor } from './adapt-tensor.ts';

export { InvalidImage };

/**
 * Decodes an image for a target and lays it out as the model of the manifest takes it.
 * @throws InvalidImage where the bytes are no image that can be decoded.
 */
export const tensorOfImage = async (
  bytes: Uint8Array,
  target: InputTarget,
  { layout }: ModelContract,
): Promise<ShapedTensor> => {
  const pixels = await decodeImage(bytes, geometryOf(target));
  const { height, width } = pixels;
  return {
    values: toTensor(pixels, target, layout),
    shape: layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3],
  };
};

/** What the model of the manifest takes, from what came over the wire. */
export const prepareInput = (input: WireInput, model: ModelContract): Promise<ShapedTensor> =>
  input.kind === 'tensor'
    ? Promise.resolve(input)
    : tensorOfImage(input.bytes, model.family, model);
