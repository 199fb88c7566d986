import {
  isSpace,
  NumberScanner,
  readNumberTensor,
  startsNumberTensor,
  UnreadableJson,
  type NumberTensor,
} from './wire-numbers.ts';

export { UnreadableJson, type NumberTensor } from './wire-numbers.ts';

/** A JSON value, of which lists of numbers, nested or not, have become tensors. */
export type WireJson =
  | null
  | boolean
  | number
  | string
  | TensorNode
  | readonly WireJson[]
  | WireJsonObject;

export class TensorNode {
  readonly tensor: NumberTensor;

  constructor(tensor: NumberTensor) {
    this.tensor = tensor;
  }
}

/** Members of an object; a map, so that no name can reach a prototype. */
export type WireJsonObject = ReadonlyMap<string, WireJson>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;
const COMMA = 0x2c;
/** Deeper nesting is no request of ours, and must not overflow the stack. */
const MAX_DEPTH = 64;

const fail = (): never => {
  throw new UnreadableJson();
};

const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * Parses JSON that may hold large tensors: numbers go straight into a typed array.
 * @throws UnreadableJson where the bytes are no JSON, nest deeper than 64, or lists that start with numbers make no tensor.
 */
export const parseWireJson = (bytes: Uint8Array): WireJson => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const skipSpace = (): void => {
    while (isSpace(text[position])) position++;
  };
  const expect = (byte: number): void => {
    skipSpace();
    if (text[position] !== byte) fail();
    position++;
  };

  const readString = (): string => {
    const start = position;
    // Most strings have no escape: their end is the next quote, found at memory speed.
    let end = text.indexOf(QUOTE, start + 1);
    if (end === -1) fail();
    let escape = text.indexOf(BACKSLASH, start + 1);
    const escaped = escape !== -1 && escape < end;
    while (escape !== -1 && escape < end) {
      if (escape + 1 === end) end = text.indexOf(QUOTE, end + 1);
      if (end === -1) fail();
      escape = text.indexOf(BACKSLASH, escape + 2);
    }
    position = end + 1;
    if (!escaped && end - start > 256) return text.toString('latin1', start + 1, end);
    try {
      return JSON.parse(text.toString('utf8', start, end + 1)) as string;
    } catch {
      return fail();
    }
  };

  const readObject = (depth: number): WireJsonObject => {
    const members = new Map<string, WireJson>();
    position++;
    skipSpace();
    if (text[position] === CLOSE_OBJECT) {
      position++;
      return members;
    }
    for (;;) {
      skipSpace();
      if (text[position] !== QUOTE) fail();
      const name = readString();
      expect(COLON);
      const value = readValue(depth + 1);
      if (!members.has(name)) members.set(name, value);
      skipSpace();
      if (text[position] === COMMA) position++;
      else break;
    }
    expect(CLOSE_OBJECT);
    return members;
  };

  const readList = (depth: number): WireJson => {
    if (startsNumberTensor(text, position)) {
      const { tensor, end } = readNumberTensor(text, position);
      position = end;
      return new TensorNode(tensor);
    }
    const items: WireJson[] = [];
    position++;
    skipSpace();
    if (text[position] === CLOSE_LIST) {
      position++;
      return items;
    }
    for (;;) {
      items.push(readValue(depth + 1));
      skipSpace();
      if (text[position] === COMMA) position++;
      else break;
    }
    expect(CLOSE_LIST);
    return items;
  };

  const readValue = (depth: number): WireJson => {
    if (depth > MAX_DEPTH) fail();
    skipSpace();
    const first = text[position];
    if (first === OPEN_OBJECT) return readObject(depth);
    if (first === OPEN_LIST) return readList(depth);
    if (first === QUOTE) return readString();
    for (const [word, value] of WORDS) {
      if (text.toString('latin1', position, position + word.length) === word) {
        position += word.length;
        return value;
      }
    }
    const scanner = new NumberScanner(text, position);
    const value = scanner.next();
    position = scanner.position;
    return value;
  };

  const value = readValue(0);
  skipSpace();
  if (position !== text.length) fail();
  return value;
};
