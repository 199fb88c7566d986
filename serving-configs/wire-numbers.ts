import { JsonSyntaxError } from './wire-json-error.ts';

/** Nested JSON lists of numbers, all lists of a level equally long. */
export interface NumberTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const UPPER_E = 0x45;

export const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= ZERO && byte <= NINE;

/** Powers of ten that 64-bit floats hold exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** Mantissas up to here are exact, so one division gives the nearest number (Clinger, 1990). */
const MAX_EXACT = 2 ** 53;

/** Reads numbers from bytes one after the other; `position` is where the next byte is. */
export class NumberScanner {
  readonly bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  /**
   * Reads one number by JSON's grammar.
   * @throws JsonSyntaxError where none starts here.
   */
  next(): number {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let mantissa = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    if (!(digit >= 0 && digit <= 9)) throw new JsonSyntaxError('Invalid value.', start);
    const leadingZero = digit === 0;
    const firstDigit = at;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    if (leadingZero && at > firstDigit + 1) throw new JsonSyntaxError('Invalid value.', start);
    let scale = 0;
    if (bytes[at] === DOT) {
      digit = (bytes[++at] ?? 0) - ZERO;
      const firstDecimal = at;
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      scale = at - firstDecimal;
      if (scale === 0) throw new JsonSyntaxError('Miss fraction part in number.', at);
    }
    const end = bytes[at];
    const hasExponent = end === LOWER_E || end === UPPER_E;
    if (hasExponent) at = this.#skipExponent(at + 1);
    this.position = at;
    if (!hasExponent && mantissa < MAX_EXACT && scale < POWERS.length) {
      const value = mantissa / (POWERS[scale] ?? 1);
      return negative ? -value : value;
    }
    return Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).latin1Slice());
  }

  #skipExponent(from: number): number {
    let at = from;
    if (this.bytes[at] === PLUS || this.bytes[at] === MINUS) at++;
    if (!isDigit(this.bytes[at])) throw new JsonSyntaxError('Miss exponent in number.', at);
    while (isDigit(this.bytes[at])) at++;
    return at;
  }
}

/** Whether the list that starts at `position` holds, at its first leaf, a number. */
export const startsNumberTensor = (bytes: Uint8Array, position: number): boolean => {
  let at = position;
  while (bytes[at] === OPEN || isSpace(bytes[at])) at++;
  return bytes[at] === MINUS || isDigit(bytes[at]);
};

/**
 * Reads nested lists of numbers into one flat array, several times as fast as `JSON.parse`, which makes an object for
 * each list. The grammar is JSON's, checked to the byte.
 * @param position - Of the first `[`.
 * @throws JsonSyntaxError where the text is no JSON.
 * @throws RaggedLists where the lists of one level differ in length or depth.
 */
export const readNumberTensor = (
  bytes: Uint8Array,
  position: number,
): { readonly tensor: NumberTensor; readonly end: number } => {
  const scanner = new NumberScanner(bytes, position);
  const space = (): void => {
    while (isSpace(bytes[scanner.position])) scanner.position++;
  };
  let values = new Float32Array(Math.max(16, (bytes.length - position) >> 2));
  let length = 0;
  const shape: number[] = [];
  const counts: number[] = [];
  let leaf = 0;

  for (;;) {
    // Before a value: open lists down to a number.
    space();
    while (bytes[scanner.position] === OPEN) {
      if (leaf !== 0 && counts.length === leaf) throw new RaggedLists(scanner.position);
      counts.push(0);
      scanner.position++;
      space();
    }
    if (leaf === 0) leaf = counts.length;
    else if (counts.length !== leaf) throw raggedOrSyntax(bytes, scanner.position);

    // The numbers of one innermost list.
    let count = 0;
    for (;;) {
      if (length === values.length) {
        const larger = new Float32Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = scanner.next();
      count++;
      if (bytes[scanner.position] !== COMMA) {
        space();
        if (bytes[scanner.position] !== COMMA) break;
      }
      scanner.position++;
      space();
      if (bytes[scanner.position] === OPEN) throw new RaggedLists(scanner.position);
    }
    counts[leaf - 1] = count;

    // After a value: close lists up to one that goes on.
    for (;;) {
      space();
      if (bytes[scanner.position] !== CLOSE) {
        throw new JsonSyntaxError('Missing a comma or ] after an array element.', scanner.position);
      }
      const level = counts.length - 1;
      const size = counts.pop() ?? 0;
      shape[level] ??= size;
      if (shape[level] !== size) throw new RaggedLists(scanner.position);
      scanner.position++;
      if (level === 0) {
        return { tensor: { shape, values: values.subarray(0, length) }, end: scanner.position };
      }
      counts[level - 1] = (counts[level - 1] ?? 0) + 1;
      space();
      if (bytes[scanner.position] === COMMA) {
        scanner.position++;
        break;
      }
    }
  }
};

const raggedOrSyntax = (bytes: Uint8Array, position: number): Error => {
  const byte = bytes[position];
  return byte === MINUS || isDigit(byte)
    ? new RaggedLists(position)
    : new JsonSyntaxError('Invalid value.', position);
};

/** Says that nested lists do not make a tensor. */
export class RaggedLists extends Error {
  override readonly name = 'RaggedLists';

  constructor(position: number) {
    super(`lists of one level differ in length or depth at offset: ${position}`);
  }
}
