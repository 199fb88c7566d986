import { decideTogether, isOpen, judge, narrow } from '../../../../lib/bench/stats/judgement.ts';

describe('The verdict of an interval', () => {
  it.each([
    ['faster beyond the margin', 1.031, 1.2, { kind: 'faster', isBeyondMargin: true }],
    ['faster, perhaps within the margin', 1.001, 1.2, { kind: 'faster', isBeyondMargin: false }],
    ['slower beyond the margin', 0.8, 0.97, { kind: 'slower', isBeyondMargin: true }],
    ['slower, perhaps within the margin', 0.8, 0.999, { kind: 'slower', isBeyondMargin: false }],
    ['equal', 0.98, 1.02, { kind: 'equal' }],
    ['equal, even if the interval excludes 1', 1.005, 1.02, { kind: 'equal' }],
    ['bounded by its farther end', 0.95, 1.02, { kind: 'bounded', most: 1 / 0.95 - 1 }],
    ['too noisy to tell', 0.9, 1.02, { kind: 'noisy' }],
  ] as const)('is %s: %d to %d', (_, low, high, judgement) => {
    expect(judge({ low, high })).toEqual(judgement);
    expect(isOpen(judge({ low, high }))).toBe(low < 1 && high > 1 && judgement.kind !== 'equal');
  });
});

describe('Comparisons that are decided together', () => {
  const ratio = { mean: 0.1, standardError: 0.01, degreesOfFreedom: 4, repeats: 5 };

  it('have the textbook interval if there is a single one', () => {
    const [decision] = decideTogether([ratio]);

    expect(Math.log(decision?.ratio.interval.low ?? 0)).toBeCloseTo(0.1 - 2.7764 * 0.01, 5);
    expect(decision?.ratio.interval.confidence).toBe(0.95);
  });

  it('need stronger evidence the more there are', () => {
    const close = { ...ratio, mean: 0.065 };
    const isBeyondMargin = [1, 6].map(
      (count) => decideTogether(Array.from({ length: count }, () => close))[0]?.judgement,
    );

    expect(isBeyondMargin).toEqual([
      { kind: 'faster', isBeyondMargin: true },
      { kind: 'faster', isBeyondMargin: false },
    ]);
  });

  it('have verdicts that agree with their intervals', () => {
    const means = [0, 0.005, 0.02, 0.03, 0.035, 0.05, 0.08, 0.3].flatMap((mean) => [mean, -mean]);
    for (const standardError of [0.0005, 0.003, 0.01, 0.03]) {
      for (const { judgement, ratio: decided } of decideTogether(
        means.map((mean) => ({ ...ratio, mean, standardError })),
      )) {
        expect(judgement).toEqual(judge(decided.interval));
      }
    }
  });
});

const decisionOf = (low: number, high: number) => {
  const interval = { low, high, confidence: 0.95 };
  return { judgement: judge(interval), ratio: { value: Math.sqrt(low * high), interval } };
};

const narrowed = (...limits: readonly (readonly [low: number, high: number])[]) => {
  const { judgement, ratio } = limits.map(([low, high]) => decisionOf(low, high)).reduce(narrow);
  return [judgement, ratio.interval.low, ratio.interval.high] as const;
};

describe('Another look at a comparison', () => {
  it('leaves what both intervals have in common', () => {
    expect(narrowed([0.9, 1.3], [1.04, 1.4])).toEqual([
      { kind: 'faster', isBeyondMargin: true },
      1.04,
      1.3,
    ]);
  });

  it('leaves the earlier interval if they have nothing in common', () => {
    expect(narrowed([1.1, 1.3], [0.8, 0.9])).toEqual([
      { kind: 'faster', isBeyondMargin: true },
      1.1,
      1.3,
    ]);
  });

  it('makes a verdict stronger, but not another one', () => {
    expect(narrowed([1.01, 1.3], [1.05, 1.2])[0]).toEqual({ kind: 'faster', isBeyondMargin: true });
    expect(narrowed([1.01, 1.3], [0.99, 1.02])).toEqual([
      { kind: 'faster', isBeyondMargin: false },
      1.01,
      1.02,
    ]);
  });

  it('keeps the estimate within the interval', () => {
    expect(narrow(decisionOf(1.1, 1.3), decisionOf(0.8, 1.15)).ratio.value).toBe(1.1);
  });
});
