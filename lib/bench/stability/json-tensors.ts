import type { TensorFault } from '../model/fault.ts';

/** How many numbers, the first ones, are no numbers. */
export const NAN_COUNT = 1000;

const NUMBER = /[^[\],\s]+/g;

/** Behind a number that another one follows: the first in the second half, or else the last. */
const inTheMiddle = (list: string): number => {
  const ends = Array.from(list.matchAll(/[^\]\s](?=\s*,)/g), ({ index }) => index + 1);
  return ends.find((end) => end > list.length / 2) ?? ends.at(-1) ?? 1;
};

const closing = (list: string): string => ']'.repeat(list.search(/[^[]/));

/**
 * Changes of the numbers, a list or lists in lists. Rows with pixels may be an image of another size, which the model takes; so
 * where there are too few or too many numbers the innermost list at hand ends early or goes on, and where the shape is wrong
 * each innermost list ends early.
 */
export const listChanges: Readonly<Record<TensorFault, (list: string) => string>> = {
  'tensor-wrong-shape': (list) => list.replaceAll(/,[^,[\]]*\]/g, ']'),
  'tensor-wrong-type': (list) => list.replaceAll(NUMBER, '"$&"'),
  'tensor-nan': (list) => {
    let count = 0;
    return list.replaceAll(NUMBER, (number) => ((count += 1) <= NAN_COUNT ? 'NaN' : number));
  },
  'tensor-too-long': (list) => {
    const numbers = list.replaceAll(/[[\]\s]+/g, '');
    return `${list.slice(0, list.search(/[\]\s]+$/))},${numbers}${closing(list)}`;
  },
  'tensor-too-short': (list) => list.slice(0, inTheMiddle(list)) + closing(list),
};

/** What the Open Inference Protocol says of a tensor; rows of pixels come without. */
const DECLARED_SHAPE_END = /(?<="shape":\[[\d,]*)\d+(?=\])/;
const DECLARED_TYPE = /(?<="datatype":)"FP32"/;

/** JSON that declares another shape or another type for a tensor; the same where it declares none. */
export const withOtherDeclaration = (
  json: string,
  fault: 'tensor-wrong-shape' | 'tensor-wrong-type',
): string =>
  fault === 'tensor-wrong-shape'
    ? json.replace(DECLARED_SHAPE_END, (last) => String(Number(last) - 1))
    : json.replace(DECLARED_TYPE, '"INT32"');

const withOtherList = (json: string, change: (list: string) => string): string => {
  const start = json.indexOf('[', json.search(/"(?:data|instances)":/));
  const end = json.indexOf('}', start);
  return json.slice(0, start) + change(json.slice(start, end)) + json.slice(end);
};

/** JSON with a tensor as numbers, made bad. */
export const withBadTensor = (json: string, fault: TensorFault): string => {
  if (fault === 'tensor-wrong-shape' || fault === 'tensor-wrong-type') {
    const declared = withOtherDeclaration(json, fault);
    if (declared !== json) return declared;
  }
  return withOtherList(json, listChanges[fault]);
};
