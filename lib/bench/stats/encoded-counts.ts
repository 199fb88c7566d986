import { inflateSync } from 'node:zlib';

/** What a histogram counted, as it is written: the filled buckets alone. */
export interface EncodedCounts {
  /** Places of the buckets that hold values, ascending. */
  readonly indexes: Int32Array;
  /** How many values each of them holds. */
  readonly counts: Float64Array;
}

/** Cookie and length before the compressed part. */
const OUTER_BYTES = 8;
const OUTER_COOKIE = 0x1c849314;

/** Cookie, length, offset, digits, least and greatest value, ratio; then the counts. */
const HEADER_BYTES = 40;
const COOKIE = 0x1c849313;
const [LENGTH_AT, DIGITS_AT, LOWEST_AT] = [4, 12, 16];

const inflated = (encoded: string): Buffer => {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < OUTER_BYTES || bytes.readUInt32BE(0) !== OUTER_COOKIE) {
    throw new Error('The text is not a compressed HdrHistogram in base64.');
  }
  const content = inflateSync(bytes.subarray(OUTER_BYTES));
  if (
    content.readUInt32BE(0) !== COOKIE ||
    content.readUInt32BE(LENGTH_AT) !== content.length - HEADER_BYTES ||
    content.readUInt32BE(DIGITS_AT) !== 3 ||
    content.readBigInt64BE(LOWEST_AT) !== 1n
  ) {
    throw new Error('The histogram is cut short, or has other buckets than those of this project.');
  }
  return content;
};

/**
 * Reads the counts of a histogram that `encodeHistogram` wrote, without the histogram: the library fills twenty thousand
 * buckets to read one, of which a report of ten thousand measurements would have to fill as many times. The format is V2 of
 * HdrHistogram: LEB128 of up to nine bytes in ZigZag, where a negative number stands for so many empty buckets.
 *
 * @throws where the text is no such histogram
 */
export const readEncodedCounts = (encoded: string): EncodedCounts => {
  const content = inflated(encoded);
  // No bucket takes less than a byte.
  const most = content.length - HEADER_BYTES;
  const [indexes, counts] = [new Int32Array(most), new Float64Array(most)];
  let [at, index, size] = [HEADER_BYTES, 0, 0];
  while (at < content.length) {
    let byte = content[at] ?? 0;
    let [value, scale] = [byte & 0x7f, 0x80];
    at += 1;
    while (byte >= 0x80) {
      byte = content[at] ?? 0;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      at += 1;
    }
    if (value % 2 === 1) {
      index += (value + 1) / 2;
    } else {
      if (value > 0) {
        indexes[size] = index;
        counts[size] = value / 2;
        size += 1;
      }
      index += 1;
    }
  }
  return { indexes: indexes.subarray(0, size), counts: counts.subarray(0, size) };
};
