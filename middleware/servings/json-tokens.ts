import type { Layout } from '../../serving-configs/manifest.ts';
import type { InputTarget } from '../../serving-configs/models/input/geometry.ts';
import { normalisationOf } from '../../serving-configs/models/input/normalise.ts';

/**
 * The JSON text of each of the 256 byte values with its brackets and commas, at most 16 ASCII characters. It is stored as
 * two doubles with the same bytes, so that two stores copy a token instead of a loop over characters. ASCII never has the
 * bit pattern of a NaN, so the copy is exact.
 */
export interface TokenTable {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly length: Uint8Array;
  readonly maxLength: number;
}

/** One table per channel of the model, and the byte of the pixel that each channel uses. */
export interface Tokens {
  readonly source: readonly [number, number, number];
  readonly tables: readonly [TokenTable, TokenTable, TokenTable];
}

const TOKEN_BYTES = 16;

/** Packs up to eight ASCII characters, padded with spaces, into the bytes of a double. */
export const asDouble = (text: string): number => {
  const bytes = Buffer.from(text.padEnd(8), 'latin1');
  if (bytes.length !== 8) throw new RangeError(`"${text}" is longer than eight characters`);
  return bytes.readDoubleLE(0);
};

const tableOf = (texts: readonly string[]): TokenTable => {
  const maxLength = Math.max(...texts.map((text) => text.length));
  if (maxLength > TOKEN_BYTES) throw new RangeError(`a token has more than ${TOKEN_BYTES} bytes`);
  return {
    low: Float64Array.from(texts, (text) => asDouble(text.slice(0, 8))),
    high: Float64Array.from(texts, (text) => asDouble(text.slice(8))),
    length: Uint8Array.from(texts, (text) => text.length),
    maxLength,
  };
};

/** The shortest decimal that reads back as the same 32-bit float, at most nine significant digits. */
const shortest = (value: number): string => {
  for (let digits = 1; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
};

/** Adds brackets and commas to a number. */
type Punctuate = (text: string) => string;

const tokensOf = (
  target: InputTarget,
  print: (value: number) => string,
  punctuate: readonly [Punctuate, Punctuate, Punctuate],
): Tokens => {
  const { source, tables } = normalisationOf(target);
  const table = (channel: 0 | 1 | 2): TokenTable =>
    tableOf(Array.from(tables[channel], (value) => punctuate[channel](print(value))));
  return { source, tables: [table(0), table(1), table(2)] };
};

const lazy = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const first: Punctuate = (text) => `[${text},`;
const next: Punctuate = (text) => `${text},`;
const last: Punctuate = (text) => `${text}],`;

const rowTokens = {
  NCHW: lazy(() => tokensOf('NCHW', shortest, [first, next, last])),
  NHWC: lazy(() => tokensOf('NHWC', shortest, [first, next, last])),
};

const listTokens = {
  NCHW: lazy(() => tokensOf('NCHW', shortest, [next, next, next])),
  NHWC: lazy(() => tokensOf('NHWC', shortest, [next, next, next])),
};

/**
 * Tokens for nested rows: `[first,` `second,` `third],`. The numbers read back as exactly the 32-bit floats that the
 * binary payload carries.
 */
export const rowTokensOf = (layout: Layout): Tokens => rowTokens[layout]();

/** Tokens for a flat list: every number followed by a comma, as exact as the rows. */
export const listTokensOf = (layout: Layout): Tokens => listTokens[layout]();

/**
 * Tokens of exactly eight characters for nested rows of the full-size image. Four decimals mean an error of at most 0.00005,
 * while neighbouring byte values differ by 0.0039.
 */
export const slotTokensOf: () => Tokens = lazy(() =>
  tokensOf('fullsize', (value) => value.toFixed(4), [first, (text) => `${text}, `, last]),
);
