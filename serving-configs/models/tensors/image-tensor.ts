import { geometryOf, type Pixels } from '../input/geometry.ts';
import { shapeOf, type ImageInput } from '../input/image-input.ts';
import { normalisationOf, toNumbers } from '../input/normalise.ts';
import { tensorOf } from './make-tensor.ts';
import type { NamedTensor } from './tensor-body.ts';

/** @throws UnreadableTensors if the datatype of the input cannot represent a number. */
export const tensorOfPixels = (pixels: Pixels, image: ImageInput): NamedTensor => {
  const { input: name, datatype, layout } = image;
  const numbers = toNumbers(pixels, normalisationOf(image));
  return tensorOf({ name, datatype, shape: shapeOf(layout, image) }, (at) => numbers[at] ?? 0);
};

/** @throws InvalidImage if the file is not a JPEG, PNG or WebP, or is damaged. */
export const imageTensor = async (file: Uint8Array, image: ImageInput): Promise<NamedTensor> => {
  // Loads sharp, which only images need.
  const { decodeImage } = await import('../input/decode-image.ts');
  return tensorOfPixels(await decodeImage(file, geometryOf(image)), image);
};
