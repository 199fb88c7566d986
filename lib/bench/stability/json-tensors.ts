import type { TensorFault } from '../model/fault.ts';

/** How many values at the start of a tensor become NaN. */
export const NAN_COUNT = 1000;

const NUMBER = /[^[\],\s]+/g;

/** Where to cut a list in the middle: after the first number in its second half that has a successor, else after the last such. */
const middleOf = (list: string): number => {
  const ends = Array.from(list.matchAll(/[^\]\s](?=\s*,)/g), ({ index }) => index + 1);
  return ends.find((end) => end > list.length / 2) ?? ends.at(-1) ?? 1;
};

/** The brackets that close a list in the middle. */
const closing = (list: string): string => ']'.repeat(list.search(/[^[]/));

/**
 * Puts a fault into the text of a list of numbers, which may be nested. Whole rows of pixels too few or too many could be an image
 * of another size, which the model may take. So a list that is too short or too long ends or continues inside an innermost list,
 * and in a wrong shape every innermost list ends early.
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
  'tensor-too-short': (list) => list.slice(0, middleOf(list)) + closing(list),
};

/** The declarations of the Open Inference Protocol. Nested lists of pixels come without them. */
const DECLARED_SHAPE_END = /(?<="shape":\[[\d,]*)\d+(?=\])/;
const DECLARED_TYPE = /(?<="datatype":)"FP32"/;

/** Changes the declared shape or type in JSON. Returns the same JSON if it declares none. */
export const withBadDeclaration = (
  json: string,
  fault: 'tensor-wrong-shape' | 'tensor-wrong-type',
): string =>
  fault === 'tensor-wrong-shape'
    ? json.replace(DECLARED_SHAPE_END, (last) => String(Number(last) - 1))
    : json.replace(DECLARED_TYPE, '"INT32"');

const changeList = (json: string, change: (list: string) => string): string => {
  const start = json.indexOf('[', json.search(/"(?:data|instances)":/));
  const end = json.indexOf('}', start);
  return json.slice(0, start) + change(json.slice(start, end)) + json.slice(end);
};

/** Puts a fault into JSON with a tensor as numbers. */
export const withBadTensor = (json: string, fault: TensorFault): string => {
  if (fault === 'tensor-wrong-shape' || fault === 'tensor-wrong-type') {
    const changed = withBadDeclaration(json, fault);
    if (changed !== json) return changed;
  }
  return changeList(json, listChanges[fault]);
};
