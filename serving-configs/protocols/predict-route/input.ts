import type { Layout } from '../../manifest.ts';
import { floatsOf, sizeOfShape, type WireInput } from '../wire.ts';

/** The media type of a tensor; every other one is that of an image. */
const OCTETS = 'application/octet-stream';

/** What an application says to bytes that are no image. */
export const UNDECODABLE = 'cannot decode the image';

/** What an application says to a tensor of another size. */
export const wrongSize = (length: number, layout: Layout): string =>
  `the tensor has ${length} bytes instead of ${4 * sizeOfShape(shapeIn(layout))}`;

const shapeIn = (layout: Layout): readonly number[] =>
  layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3];

/** The type before any parameters, in lower case. */
const essenceOf = (contentType: string): string =>
  (contentType.split(';')[0] ?? '').trim().toLowerCase();

export const isTensor = (contentType: string): boolean => essenceOf(contentType) === OCTETS;

/** Little-endian 32-bit floats; undefined where their number is not that of the model's input. */
export const tensorOf = (bytes: Uint8Array, layout: Layout): WireInput | undefined => {
  const shape = shapeIn(layout);
  if (bytes.length !== 4 * sizeOfShape(shape)) return undefined;
  return { kind: 'tensor', values: floatsOf(bytes), shape };
};
