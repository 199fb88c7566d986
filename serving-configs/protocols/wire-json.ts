import { BadInput } from './wire.ts';

const unreadable = (cause?: unknown): BadInput => new BadInput('unreadable JSON', { cause });

/** Nested JSON lists of numbers. All lists of a level have the same length. */
export class NumberTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;

  constructor(shape: readonly number[], values: Float32Array) {
    this.shape = shape;
    this.values = values;
  }
}

interface WireJsonObject {
  readonly [name: string]: WireJson | undefined;
}

/** A JSON value in which flat and nested lists of numbers are tensors. */
export type WireJson =
  | null
  | boolean
  | number
  | string
  | NumberTensor
  | readonly WireJson[]
  | WireJsonObject;

export const isObject = (value: WireJson | undefined): value is WireJsonObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof NumberTensor);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;
const DOT = 0x2e;
const MINUS = 0x2d;
/** The characters of a number besides digits. */
const NUMBER_MARKS = new Set(Buffer.from('+-.eE'));
const SPACES = new Set(Buffer.from(' \t\r\n'));
/** The powers of ten that doubles represent exactly, so that one division gives the nearest number (Clinger, 1990). */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** The most brackets and spaces before the first number of a tensor. */
const MAX_OPENING = 1024;
/** The digits of longer numbers may not fit into 53 bits. */
const MAX_CHARACTERS = 16;

const isDigit = (byte = 0): boolean => byte >= 0x30 && byte <= 0x39;

/** The position after the string that begins at `start`. */
const endOfString = (text: Buffer, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
};

/** Whether the first value in the list that begins at `start` is a number. */
const startsTensor = (text: Buffer, start: number): boolean => {
  let at = start;
  const most = start + MAX_OPENING;
  while (at < most && (text[at] === OPEN || SPACES.has(text[at] ?? 0))) at += 1;
  return text[at] === MINUS || isDigit(text[at]);
};

/** Reads the tensor that begins at `start`. Nearly all bytes of a large request pass through here, so this loop is tuned for speed. */
const readTensor = (text: Buffer, start: number): { tensor: NumberTensor; end: number } => {
  const shape: number[] = [];
  /** The number of items so far in each open list. */
  const counts: number[] = [];
  let values = new Float32Array(1024);
  let size = 0;
  let leafDepth: number | undefined;
  let at = start;
  do {
    const first = at;
    const byte = text[at++];
    if (byte === OPEN) {
      counts.push(0);
    } else if (byte === CLOSE) {
      const count = counts.pop() ?? 0;
      const depth = counts.length;
      if ((shape[depth] ??= count) !== count) throw unreadable();
      if (depth > 0) counts[depth - 1] = (counts[depth - 1] ?? 0) + 1;
    } else if (byte === MINUS || isDigit(byte)) {
      let mantissa = byte === MINUS ? 0 : (byte ?? 0) - 0x30;
      let decimals = -1;
      for (; ; at++) {
        const next = text[at] ?? 0;
        if (next >= 0x30 && next <= 0x39) {
          mantissa = mantissa * 10 + (next - 0x30);
          if (decimals >= 0) decimals += 1;
        } else if (next === DOT && decimals < 0) decimals = 0;
        else break;
      }
      let value = (byte === MINUS ? -mantissa : mantissa) / (POWERS[Math.max(decimals, 0)] ?? 1);
      if (at - first > MAX_CHARACTERS || NUMBER_MARKS.has(text[at] ?? 0)) {
        while (isDigit(text[at]) || NUMBER_MARKS.has(text[at] ?? 0)) at += 1;
        value = Number(text.toString('latin1', first, at));
      }
      const depth = counts.length;
      leafDepth ??= depth;
      const isBareSign = byte === MINUS && at === first + 1;
      if (depth !== leafDepth || isBareSign || Number.isNaN(value)) throw unreadable();
      counts[depth - 1] = (counts[depth - 1] ?? 0) + 1;
      if (size === values.length) {
        const longer = new Float32Array(2 * size);
        longer.set(values);
        values = longer;
      }
      values[size++] = value;
    } else if (byte !== COMMA && !SPACES.has(byte ?? 0)) {
      throw unreadable();
    }
  } while (counts.length > 0);
  if (size !== shape.reduce((product, length) => product * length, 1)) throw unreadable();
  return { tensor: new NumberTensor(shape, values.subarray(0, size)), end: at };
};

/**
 * Parses JSON that may contain large tensors, several times faster than `JSON.parse`, which reads only the rest. Does not check the
 * commas in tensors.
 * @throws BadInput if the bytes are not JSON, or a list that begins with numbers is not a tensor.
 */
export const parseWireJson = (bytes: Uint8Array): WireJson => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors: NumberTensor[] = [];
  const rest: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length;) {
    if (text[at] === QUOTE) {
      at = endOfString(text, at);
    } else if (text[at] === OPEN && startsTensor(text, at)) {
      const { tensor, end } = readTensor(text, at);
      rest.push(text.toString('utf8', copied, at), String.raw`"\u0000${tensors.length}"`);
      tensors.push(tensor);
      at = end;
      copied = end;
    } else {
      at += 1;
    }
  }
  rest.push(text.toString('utf8', copied));
  const putBack = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('\0') ? tensors[Number(value.slice(1))] : value;
  try {
    return JSON.parse(rest.join(''), putBack) as WireJson;
  } catch (error) {
    throw unreadable(error);
  }
};
