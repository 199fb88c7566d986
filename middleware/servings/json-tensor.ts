import type { Pixels } from '../../serving-configs/models/input/geometry.ts';
import type { Normalisation } from '../../serving-configs/models/input/normalise.ts';
import { BufferPool, type Borrowed, type Scratch } from './buffer-pool.ts';
import {
  asDouble,
  listTokensOf,
  rowTokensOf,
  slotTokensOf,
  type Tokens,
  type TokenTable,
} from './json-tokens.ts';

const pool = new BufferPool();

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BLANK = 0x20;

const close = (scratch: Scratch, end: number, after: string): Borrowed =>
  pool.lend(scratch, 0, end + scratch.bytes.write(after, end, 'latin1'));

/** Upper limit of the bytes for `area` pixels. */
const maxBytesFor = ({ tables }: Tokens, area: number): number =>
  area * tables.reduce((sum, { maxLength }) => sum + maxLength, 0);

/** Space after the last token, because each is written as 16 bytes whatever its length. */
const SLACK_BYTES = 16;

/** Writes the tokens of the pixels at `from` up to `end`; returns where the next token goes. */
const writePixels = (
  view: DataView,
  start: number,
  data: Uint8Array,
  from: number,
  end: number,
  { source: [first, second, third], tables: [a, b, c] }: Tokens,
): number => {
  let to = start;
  for (let at = from; at < end; at += 3) {
    let byte = data[at + first] ?? 0;
    view.setFloat64(to, a.low[byte] ?? 0, true);
    view.setFloat64(to + 8, a.high[byte] ?? 0, true);
    to += a.length[byte] ?? 0;
    byte = data[at + second] ?? 0;
    view.setFloat64(to, b.low[byte] ?? 0, true);
    view.setFloat64(to + 8, b.high[byte] ?? 0, true);
    to += b.length[byte] ?? 0;
    byte = data[at + third] ?? 0;
    view.setFloat64(to, c.low[byte] ?? 0, true);
    view.setFloat64(to + 8, c.high[byte] ?? 0, true);
    to += c.length[byte] ?? 0;
  }
  return to;
};

/** Writes the tokens of one channel, which is every third byte; returns where the next token goes. */
const writeChannel = (
  view: DataView,
  start: number,
  data: Uint8Array,
  source: number,
  { low, high, length }: TokenTable,
): number => {
  let to = start;
  for (let at = source; at < data.length; at += 3) {
    const byte = data[at] ?? 0;
    view.setFloat64(to, low[byte] ?? 0, true);
    view.setFloat64(to + 8, high[byte] ?? 0, true);
    to += length[byte] ?? 0;
  }
  return to;
};

/** Writes `before`, the image as nested rows `[[[first,second,third],…],…]` (height × width × 3), and `after`. */
export const rowsAsJson = (
  pixels: Pixels,
  normalisation: Normalisation,
  before: string,
  after: string,
): Borrowed => {
  const { data, width, height } = pixels;
  const tokens = rowTokensOf(normalisation);
  const texts = before.length + after.length;
  const size = maxBytesFor(tokens, width * height) + height * 2 + texts + SLACK_BYTES;
  const scratch = pool.take(size);
  const { bytes, view } = scratch;
  let to = bytes.write(`${before}[[`, 'latin1');
  for (let y = 0, from = 0; y < height; y += 1, from += width * 3) {
    to = writePixels(view, to, data, from, from + width * 3, tokens);
    // The end of the row replaces the comma after its last pixel.
    bytes[to - 1] = CLOSE;
    bytes[to] = COMMA;
    bytes[to + 1] = OPEN;
    to += 2;
  }
  return close(scratch, to - 2, `]${after}`);
};

/**
 * Writes the unresized image divided by 255, in the form of {@link rowsAsJson}. Every number fills a slot of eight bytes, so
 * that one aligned store copies it. Spaces, which JSON allows between tokens, pad the slots.
 */
export const fullsizeRowsAsJson = (
  pixels: Pixels,
  normalisation: Normalisation,
  before: string,
  after: string,
): Borrowed => {
  const { data, width, height } = pixels;
  const { source, tables } = slotTokensOf(normalisation);
  const [{ low: a }, { low: b }, { low: c }] = tables;
  const [first, second, third] = source;
  const head = `${before}[[`;
  const headSlots = Math.ceil(head.length / 8);
  const slots = headSlots + height * (width * 3 + 1);
  const scratch = pool.take(slots * 8 + after.length + 1);
  const { bytes, doubles } = scratch;
  bytes.write(head.padStart(headSlots * 8), 'latin1');
  const nextRow = asDouble('],[');
  let to = headSlots;
  for (let y = 0, from = 0; y < height; y += 1) {
    for (const end = from + width * 3; from < end; from += 3, to += 3) {
      doubles[to] = a[data[from + first] ?? 0] ?? 0;
      doubles[to + 1] = b[data[from + second] ?? 0] ?? 0;
      doubles[to + 2] = c[data[from + third] ?? 0] ?? 0;
    }
    bytes[to * 8 - 1] = BLANK;
    doubles[to] = nextRow;
    to += 1;
  }
  return close(scratch, (to - 1) * 8, `]]${after}`);
};

/** Writes `before`, the image as a flat list of numbers `[…]` in the order of the layout, and `after`. */
export const listAsJson = (
  pixels: Pixels,
  normalisation: Normalisation,
  before: string,
  after: string,
): Borrowed => {
  const { data } = pixels;
  const tokens = listTokensOf(normalisation);
  const area = pixels.width * pixels.height;
  const count = area * 3;
  const texts = before.length + after.length;
  const scratch = pool.take(maxBytesFor(tokens, area) + texts + 2 + SLACK_BYTES);
  const { view } = scratch;
  let to = scratch.bytes.write(`${before}[`, 'latin1');
  if (normalisation.layout === 'NCHW') {
    for (const channel of [0, 1, 2] as const) {
      to = writeChannel(view, to, data, tokens.source[channel], tokens.tables[channel]);
    }
  } else {
    to = writePixels(view, to, data, 0, count, tokens);
  }
  // The bracket replaces the last comma.
  return close(scratch, to - 1, `]${after}`);
};
