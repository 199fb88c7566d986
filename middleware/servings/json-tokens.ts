import type { Normalisation } from '../../serving-configs/models/input/normalise.ts';

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

/** Tokens for each normalisation, which are made at its first use. */
const tokensFor = (
  print: (value: number) => string,
  punctuate: readonly [Punctuate, Punctuate, Punctuate],
): ((normalisation: Normalisation) => Tokens) => {
  const made = new WeakMap<Normalisation, Tokens>();
  return (normalisation) => {
    const known = made.get(normalisation);
    if (known !== undefined) return known;
    const { source, tables } = normalisation;
    const table = (channel: 0 | 1 | 2): TokenTable =>
      tableOf(Array.from(tables[channel], (value) => punctuate[channel](print(value))));
    const tokens: Tokens = { source, tables: [table(0), table(1), table(2)] };
    made.set(normalisation, tokens);
    return tokens;
  };
};

const first: Punctuate = (text) => `[${text},`;
const next: Punctuate = (text) => `${text},`;
const last: Punctuate = (text) => `${text}],`;

/**
 * Tokens for nested rows: `[first,` `second,` `third],`. The numbers read back as exactly the 32-bit floats that the
 * binary payload carries.
 */
export const rowTokensOf = tokensFor(shortest, [first, next, last]);

/** Tokens for a flat list: every number followed by a comma, as exact as the rows. */
export const listTokensOf = tokensFor(shortest, [next, next, next]);

/**
 * Tokens of exactly eight characters for nested rows of numbers between 0 and 1. Four decimals mean an error of at most 0.00005,
 * while neighbouring byte values differ by 0.0039.
 */
export const slotTokensOf = tokensFor(
  (value) => value.toFixed(4),
  [first, (text) => `${text}, `, last],
);
