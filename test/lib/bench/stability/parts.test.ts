import { partOf, recoverySeconds, type TestSample } from '../../../../lib/bench/stability/parts.ts';

/** Ten requests a second for so many seconds, each answered after 10 ms unless it is changed. */
const samplesOf = (
  seconds: number,
  change: (second: number) => Partial<TestSample> = () => ({}),
): readonly TestSample[] =>
  Array.from({ length: seconds * 10 }, (_, index) => ({
    plannedMs: index * 100,
    latencyMs: 10,
    failure: undefined,
    ...change(index / 10),
  }));

const failed = { latencyMs: undefined, failure: 'timeout' } as const;

describe('A part of a test', () => {
  it('has the requests that were planned in it, with their failures and percentiles', () => {
    const samples = samplesOf(3, (second) => (second >= 1 && second < 1.5 ? failed : {}));

    expect(partOf(samples, 1000, 2000)).toEqual({
      requests: 10,
      failed: 5,
      failures: { timeout: 5 },
      p50Ms: 10,
      p99Ms: 10,
    });
  });

  it('has no percentiles where nothing was answered', () => {
    expect(
      partOf(
        samplesOf(1, () => failed),
        0,
        1000,
      ),
    ).toEqual({
      requests: 10,
      failed: 10,
      failures: { timeout: 10 },
    });
  });
});

describe('The time to recover', () => {
  const before = partOf(samplesOf(1), 0, 1000);

  it('is nothing where all requests after the fault are answered as before', () => {
    expect(recoverySeconds(samplesOf(4), 2000, 4000, before)).toBe(0);
  });

  it('lasts until behind the last request that failed or took more than twice the p99 before', () => {
    const failing = samplesOf(4, (second) => (second < 2.5 ? failed : {}));
    const late = samplesOf(4, (second) => (second < 3 ? { latencyMs: 21 } : {}));

    expect(recoverySeconds(failing, 2000, 4000, before)).toBe(0.5);
    expect(recoverySeconds(late, 2000, 4000, before)).toBe(1);
  });

  it('is unknown where the last request still failed', () => {
    expect(
      recoverySeconds(
        samplesOf(4, () => failed),
        2000,
        4000,
        before,
      ),
    ).toBeUndefined();
  });
});
