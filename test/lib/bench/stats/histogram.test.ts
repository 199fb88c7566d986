import {
  createHistogram,
  encodeHistogram,
  recordLatency,
  summariseLatency,
} from '../../../../lib/bench/stats/histogram.ts';
import { decodeHistogram } from '../../../support/decode-histogram.ts';

const histogramOf = (latenciesMs: readonly number[]): ReturnType<typeof createHistogram> => {
  const histogram = createHistogram(1000);
  latenciesMs.forEach((latencyMs) => recordLatency(histogram, latencyMs));
  return histogram;
};
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('Latency histograms', () => {
  it('have percentiles within a thousandth of the recorded values', () => {
    const summary = summariseLatency(histogramOf(upTo(1000)));
    expect(summary.count).toBe(1000);
    const expected = { minMs: 1, p50Ms: 500, p95Ms: 950, p99Ms: 990, maxMs: 1000 };
    for (const [name, value] of Object.entries(expected)) {
      const measured = summary[name as keyof typeof expected];
      expect(Math.abs(measured - value) / value).toBeLessThan(0.001);
    }
    expect(Math.abs(summary.meanMs - 500.5) / 500.5).toBeLessThan(0.001);
  });

  it('have the mean that hdr-histogram-js reports', () => {
    const histogram = histogramOf([0.001, 3, 3, 57.123, 910]);

    expect(summariseLatency(histogram).meanMs).toBe(histogram.mean / 1000);
  });

  it('have no percentile above the largest value', () => {
    const { p99Ms, maxMs } = summariseLatency(histogramOf([437.666]));

    expect(p99Ms).toBe(maxMs);
  });

  it('can be encoded and decoded', () => {
    const histogram = histogramOf(upTo(100));
    const decoded = decodeHistogram(encodeHistogram(histogram));
    expect(summariseLatency(decoded).p95Ms).toBe(summariseLatency(histogram).p95Ms);
    expect(decoded.totalCount).toBe(100);
  });

  it('hold a latency longer than the timeout', () => {
    const histogram = createHistogram(10);
    recordLatency(histogram, 5000);
    expect(summariseLatency(histogram).maxMs).toBeCloseTo(5000, -1);
  });

  it('count less than a microsecond as one', () => {
    expect(summariseLatency(histogramOf([0])).minMs).toBe(0.001);
  });

  it('are all zeros if nothing was recorded', () => {
    expect(summariseLatency(createHistogram(1000))).toEqual({
      count: 0,
      meanMs: 0,
      minMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      maxMs: 0,
    });
  });
});
