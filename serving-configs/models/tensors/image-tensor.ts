import { geometryFor } from '../input/geometry.ts';
import { shapeOf, type ImageInput } from '../input/image-input.ts';
import { normalisationFor, toNumbers } from '../input/normalise.ts';
import { tensorOf } from './make-tensor.ts';
import type { NamedTensor } from './tensor-body.ts';

/** @throws InvalidImage if the file is not a JPEG, PNG or WebP, or is damaged. */
export const imageTensor = async (file: Uint8Array, image: ImageInput): Promise<NamedTensor> => {
  const { input: name, datatype, layout } = image;
  // Loads sharp, which only images need.
  const { decodeImage } = await import('../input/decode-image.ts');
  const pixels = await decodeImage(file, geometryFor(image));
  const numbers = toNumbers(pixels, normalisationFor(image), layout);
  return tensorOf({ name, datatype, shape: shapeOf(layout, image) }, (at) => numbers[at] ?? 0);
};
