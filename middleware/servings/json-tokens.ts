import type { Layout } from '../../serving-configs/manifest.ts';
import type { InputTarget } from '../../serving-configs/models/input/geometry.ts';
import { normalisationOf } from '../../serving-configs/models/input/normalise.ts';

/**
 * The text of each of the 256 byte values, up to 16 ASCII characters with brackets and commas, kept as two doubles
 * with the same bytes in memory: a token is copied by two stores, not character by character. ASCII never makes the
 * bit pattern of a NaN, so no bit is lost on the way.
 */
export interface TokenTable {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly length: Uint8Array;
  readonly maxLength: number;
}

/** One table a channel of the model, and which byte of the pixel each channel takes. */
export interface Tokens {
  readonly source: readonly [number, number, number];
  readonly tables: readonly [TokenTable, TokenTable, TokenTable];
}

const TOKEN_BYTES = 16;

/** The eight bytes of an ASCII text as one double, padded with blanks. */
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

/** The shortest decimal that reads back as the same 32-bit float; at most nine significant digits. */
const shortest = (value: number): string => {
  for (let digits = 1; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
};

type Dress = (text: string) => string;

const tokensOf = (
  target: InputTarget,
  print: (value: number) => string,
  dresses: readonly [Dress, Dress, Dress],
): Tokens => {
  const { source, tables } = normalisationOf(target);
  const table = (channel: 0 | 1 | 2): TokenTable =>
    tableOf(Array.from(tables[channel], (value) => dresses[channel](print(value))));
  return { source, tables: [table(0), table(1), table(2)] };
};

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const first: Dress = (text) => `[${text},`;
const next: Dress = (text) => `${text},`;
const last: Dress = (text) => `${text}],`;

const rowTokens = {
  NCHW: once(() => tokensOf('NCHW', shortest, [first, next, last])),
  NHWC: once(() => tokensOf('NHWC', shortest, [first, next, last])),
};

const listTokens = {
  NCHW: once(() => tokensOf('NCHW', shortest, [next, next, next])),
  NHWC: once(() => tokensOf('NHWC', shortest, [next, next, next])),
};

/**
 * Tokens for nested rows: `[first,` `second,` `third],`. The numbers read back as exactly the 32-bit floats that the
 * binary payload carries.
 */
export const rowTokensOf = (layout: Layout): Tokens => rowTokens[layout]();

/** Tokens for a flat list: every number followed by a comma; as exact as the rows. */
export const listTokensOf = (layout: Layout): Tokens => listTokens[layout]();

/**
 * Tokens for nested rows of the full-size image, each exactly eight characters. Four decimals: an error of at most
 * 0.00005, where neighbouring byte values lie 0.0039 apart.
 */
export const slotTokensOf: () => Tokens = once(() =>
  tokensOf('fullsize', (value) => value.toFixed(4), [first, (text) => `${text}, `, last]),
);
