import { labelOf } from '../../models/labels.ts';
import { floatsOf, sizeOfShape, type WireInput } from '../wire.ts';

const TOP_COUNT = 5;

/** The five best classes by name, best first, as the built-in image classifier answers: text of JSON. */
export const topFive = (probabilities: Float32Array): string => {
  const best: number[] = [];
  for (const [index, score] of probabilities.entries()) {
    const place = best.findIndex((other) => score > (probabilities[other] ?? 0));
    if (place >= 0) best.splice(place, 0, index);
    else if (best.length < TOP_COUNT) best.push(index);
    if (best.length > TOP_COUNT) best.pop();
  }
  const scores = best.map((index) => [labelOf(index), probabilities[index] ?? 0] as const);
  return JSON.stringify(Object.fromEntries(scores), null, 2);
};

/** Handlers look for the input under these names, in this order; an empty one counts as missing. */
const FIELDS = ['data', 'body'] as const;

/**
 * What a handler finds in the fields of a request; undefined where there is nothing. It is not told the type of a field,
 * so that its length says whether it is a tensor.
 */
export const inputOfFields = (
  fieldOf: (name: string) => Uint8Array | undefined,
  shape: readonly number[],
): WireInput | undefined => {
  const bytes = FIELDS.map(fieldOf).find((field) => field?.length);
  if (bytes === undefined) return undefined;
  return bytes.length === 4 * sizeOfShape(shape)
    ? { kind: 'tensor', values: floatsOf(bytes), shape }
    : { kind: 'image', bytes };
};
