/** Says that bytes are no JSON, or that lists of numbers in it make no tensor. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson';
}

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
   * @throws UnreadableJson where none starts here.
   */
  next(): number {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let mantissa = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    if (!(digit >= 0 && digit <= 9)) throw new UnreadableJson();
    const leadingZero = digit === 0;
    const firstDigit = at;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    if (leadingZero && at > firstDigit + 1) throw new UnreadableJson();
    let scale = 0;
    if (bytes[at] === DOT) {
      digit = (bytes[++at] ?? 0) - ZERO;
      const firstDecimal = at;
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      scale = at - firstDecimal;
      if (scale === 0) throw new UnreadableJson();
    }
    const end = bytes[at];
    const hasExponent = end === LOWER_E || end === UPPER_E;
    if (hasExponent) at = this.#skipExponent(at + 1);
    this.position = at;
    if (!hasExponent && mantissa < MAX_EXACT && scale < POWERS.length) {
      const value = mantissa / (POWERS[scale] ?? 1);
      return negative ? -value : value;
    }
    return Number(
      Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).toString('latin1'),
    );
  }

  #skipExponent(from: number): number {
    let at = from;
    if (this.bytes[at] === PLUS || this.bytes[at] === MINUS) at++;
    if (!isDigit(this.bytes[at])) throw new UnreadableJson();
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

/** Fewer digits than these fit into a 31-bit integer, with which V8 counts fastest. */
const SHORT_DIGITS = 9;

/**
 * Reads the numbers of one innermost list into `values` and leaves the scanner behind the last one. Nearly all bytes of
 * a large request pass through here, so that short numbers without exponent, all that an image has, are read in place.
 * @returns How many were read; where that fills `values`, the list may go on.
 */
const readLeaf = (scanner: NumberScanner, values: Float32Array, from: number): number => {
  const { bytes } = scanner;
  const room = values.length;
  let at = scanner.position;
  let to = from;
  while (to < room) {
    const start = at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let mantissa = 0;
    let digits = 0;
    const first = at;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9 && digits < SHORT_DIGITS) {
      mantissa = mantissa * 10 + digit;
      digits++;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    const whole = digits;
    let byte = bytes[at];
    if (byte === DOT && whole > 0) {
      digit = (bytes[++at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9 && digits < SHORT_DIGITS) {
        mantissa = mantissa * 10 + digit;
        digits++;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      byte = bytes[at];
      if (digits === whole) byte = DOT;
    }
    const isShort =
      whole > 0 && (byte === COMMA || byte === CLOSE) && (whole === 1 || bytes[first] !== ZERO);
    if (isShort) {
      const value = mantissa / (POWERS[digits - whole] ?? 1);
      values[to++] = negative ? -value : value;
    } else {
      scanner.position = start;
      values[to++] = scanner.next();
      at = scanner.position;
      while (isSpace(bytes[at])) at++;
      byte = bytes[at];
    }
    if (byte !== COMMA || to === room) break;
    at++;
    while (isSpace(bytes[at])) at++;
    if (bytes[at] === OPEN) throw new UnreadableJson();
  }
  scanner.position = at;
  return to - from;
};

/** More dimensions than any request has. */
const MAX_RANK = 16;

/**
 * Reads nested lists of numbers into one flat array, several times as fast as `JSON.parse`, which makes an object for
 * each list. The grammar is JSON's, checked to the byte.
 * @param position - Of the first `[`.
 * @throws UnreadableJson where the text is no JSON, or the lists of one level differ in length or depth.
 */
export const readNumberTensor = (
  bytes: Uint8Array,
  position: number,
): { readonly tensor: NumberTensor; readonly end: number } => {
  const scanner = new NumberScanner(bytes, position);
  // A number and its comma are two bytes at least; those of images are four or more.
  let values = new Float32Array(Math.max(16, (bytes.length - position) >> 2));
  let length = 0;
  /** By level: how many items the open list has so far, and how many every list must have, -1 while unknown. */
  const counts = new Int32Array(MAX_RANK);
  const sizes = new Int32Array(MAX_RANK).fill(-1);
  let depth = 0;
  let rank = 0;
  let at = position;

  for (;;) {
    // Before a number: open lists down to it.
    while (isSpace(bytes[at])) at++;
    while (bytes[at] === OPEN) {
      if (depth === (rank === 0 ? MAX_RANK : rank)) throw new UnreadableJson();
      counts[depth++] = 0;
      at++;
      while (isSpace(bytes[at])) at++;
    }
    if (rank === 0) rank = depth;
    else if (depth !== rank) throw new UnreadableJson();

    scanner.position = at;
    let count = readLeaf(scanner, values, length);
    length += count;
    at = scanner.position;
    while (length === values.length && bytes[at] === COMMA) {
      const larger = new Float32Array(values.length * 2);
      larger.set(values);
      values = larger;
      at++;
      while (isSpace(bytes[at])) at++;
      if (bytes[at] === OPEN) throw new UnreadableJson();
      scanner.position = at;
      const more = readLeaf(scanner, values, length);
      length += more;
      count += more;
      at = scanner.position;
    }
    counts[depth - 1] = count;

    // After a list's last item: close lists up to one that goes on.
    for (;;) {
      while (isSpace(bytes[at])) at++;
      if (bytes[at] !== CLOSE) {
        throw new UnreadableJson();
      }
      depth--;
      if (sizes[depth] === -1) sizes[depth] = counts[depth] ?? 0;
      if (sizes[depth] !== counts[depth]) throw new UnreadableJson();
      at++;
      if (depth === 0) {
        const shape = Array.from(sizes.subarray(0, rank));
        return { tensor: { shape, values: values.subarray(0, length) }, end: at };
      }
      counts[depth - 1] = (counts[depth - 1] ?? 0) + 1;
      while (isSpace(bytes[at])) at++;
      if (bytes[at] === COMMA) {
        at++;
        break;
      }
    }
  }
};
