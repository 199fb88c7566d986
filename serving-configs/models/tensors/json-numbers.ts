/** Numbers that JSON cannot represent: NaN, infinities, and large 64-bit integers. */
import type { Datatype } from './tensor-spec.ts';

const NOT_A_NUMBER = /(?<![\w"])-?(?:NaN|Inf(?:inity)?)\b(?!")/g;

/** The first NaN or infinity in a text, which Python and some servers write although JSON has no such numbers. */
export const notANumberIn = (text: string): string | undefined => text.match(NOT_A_NUMBER)?.[0];

/**
 * Parses JSON that may contain NaN and infinities, which become texts.
 * @throws SyntaxError if it is not JSON.
 */
export const parseWithNaN = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replaceAll(NOT_A_NUMBER, '"$&"'));
  }
};

/** Why JSON cannot represent a number, given as {@link parseWithNaN} reads it; undefined if it can, or if it is not a number. */
export const lossInJson = (value: unknown, datatype: Datatype): string | undefined => {
  if (typeof value === 'string' && notANumberIn(value) === value) return 'which JSON does not have';
  const isRounded = datatype === 'INT64' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded ? 'and JSON numbers are exact only up to 2^53' : undefined;
};
