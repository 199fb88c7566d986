import { bestClasses } from '../../models/best-classes.ts';
import { labelOf } from '../../models/labels.ts';
import { sizeOfShape } from '../../models/tensors/tensor-model.ts';
import { BadInput, tensorOf, type WireInput } from '../wire.ts';

/** The five best classes by name, best first, as the built-in image classifier answers: text of JSON. */
export const topFive = (probabilities: Float32Array): string => {
  const scores = bestClasses(probabilities).map((one) => [labelOf(one.class), one.score] as const);
  return JSON.stringify(Object.fromEntries(scores), null, 2);
};

/**
 * What a handler makes of a request's bytes. It is not told their type, so that their length says whether they are a tensor.
 * @throws BadInput where there are none.
 */
export const handlerInput = (
  bytes: Uint8Array | undefined,
  shape: readonly number[],
): WireInput => {
  if (bytes === undefined || bytes.length === 0) throw new BadInput('there is no input');
  return bytes.length === 4 * sizeOfShape(shape)
    ? tensorOf(bytes, shape)
    : { kind: 'image', bytes };
};
