import { deflateSync } from 'node:zlib';
import { array, assert, integer, property } from 'fast-check';
import { build } from 'hdr-histogram-js';
import { readEncodedCounts } from '../../../../lib/bench/stats/distribution.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
} from '../../../../lib/bench/stats/histogram.ts';
import { decodeHistogram } from '../../../support/decode-histogram.ts';

const encoded = (latenciesMs: readonly number[]): string => {
  const histogram = createHistogram(60_000);
  for (const latencyMs of latenciesMs) recordLatency(histogram, latencyMs);
  return encodeHistogram(histogram);
};

/** What the library counts in each filled bucket; values as upper ends of their buckets. */
const byLibrary = (text: string, indexes: readonly number[]): readonly number[] => {
  const histogram = decodeHistogram(text) as ReturnType<typeof decodeHistogram> & {
    readonly getCountAtIndex: (index: number) => number;
  };
  return indexes.map((index) => histogram.getCountAtIndex(index));
};

describe('The counts of an encoded histogram', () => {
  it('are those that the library reads, bucket by bucket, and no others', () => {
    assert(
      property(array(integer({ min: 1, max: 400_000_000 }), { maxLength: 300 }), (micros) => {
        // Some values often, so that counts take more than one byte.
        const values = micros.flatMap((value, at) => Array.from({ length: at * 3 }, () => value));
        const text = encoded(values.map((value) => value / 1000));
        const { indexes, counts } = readEncodedCounts(text);

        expect(counts).toEqual(byLibrary(text, indexes));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it('are none of an empty histogram', () => {
    expect(readEncodedCounts(encoded([]))).toEqual({ indexes: [], counts: [] });
  });

  it('are refused where the text is something else, cut short, or of a histogram that is cut otherwise', () => {
    const text = encoded([1, 2, 3]);
    const coarse = build({ numberOfSignificantValueDigits: 2 });
    coarse.recordValue(7);
    const cut = Buffer.concat([
      Buffer.from(text, 'base64').subarray(0, 8),
      deflateSync(Buffer.alloc(20)),
    ]);

    expect(() => readEncodedCounts('')).toThrow('not a compressed HdrHistogram');
    expect(() => readEncodedCounts('bm90aGluZyBvZiB0aGUga2luZA==')).toThrow('not a compressed');
    expect(() => readEncodedCounts(text.slice(0, -12))).toThrow(/unexpected end|cut short/);
    expect(() => readEncodedCounts(cut.toString('base64'))).toThrow();
    expect(() => readEncodedCounts(encodeHistogram(coarse))).toThrow('other buckets');
  });
});
