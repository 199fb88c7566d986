import {
  movedTo,
  partOf,
  slicesOf,
  type TestSample,
} from '../../../../lib/bench/stability/parts.ts';

/** Ten requests per second, each answered after 10 ms unless `change` says otherwise. */
const samplesOf = (
  seconds: number,
  change: (second: number) => Partial<TestSample> = () => ({}),
): readonly TestSample[] =>
  Array.from({ length: seconds * 10 }, (_, index) => ({
    plannedMs: index * 100,
    doneMs: index * 100 + 10,
    latencyMs: 10,
    failure: undefined,
    ...change(index / 10),
  }));

const failed = { latencyMs: undefined, failure: 'timeout' } as const;

describe('A part of a stability test', () => {
  it('has the figures of the requests that were planned in it', () => {
    const samples = samplesOf(3, (second) => (second >= 1 && second < 1.5 ? failed : {}));

    expect(partOf(samples, 1000, 2000)).toEqual({
      requests: 10,
      failed: 5,
      failures: { timeout: 5 },
      p50Ms: 10,
      p99Ms: 10,
    });
  });

  it('has no percentiles if nothing was answered', () => {
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

describe('A request in flight when the fault started', () => {
  it('counts for the part with the fault', () => {
    const samples = samplesOf(2, (second) => (second === 0.9 ? { doneMs: 1200, ...failed } : {}));
    const moved = movedTo(samples, 1000);

    expect(partOf(moved, 0, 1000)).toMatchObject({ requests: 9, failed: 0 });
    expect(partOf(moved, 1000, 2000)).toMatchObject({ requests: 11, failed: 1 });
  });
});

describe('The slices of a period', () => {
  it('have equal lengths, except for the last one', () => {
    const slices = slicesOf(
      samplesOf(2, (second) => (second < 0.5 ? failed : {})),
      0,
      1700,
      500,
    );

    expect(slices.map(({ requests }) => requests)).toEqual([5, 5, 5, 2]);
    expect(slices.map((slice) => slice.failed)).toEqual([5, 0, 0, 0]);
  });
});
