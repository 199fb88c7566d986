import { judge } from './simulated-runs.ts';

jest.setTimeout(180_000);

const RUNS = 1000;
const MOST_WRONG_PERCENT = 5;

/** Rates as the study of 2021 found them over gRPC. */
const apart = [72, 50, 45, 9] as const;
/** No two of them differ by more than 15 %, and two by less than 2 %. */
const close = [72, 68, 64, 63] as const;
/** The hardest truth: differences just below the margin, where any push makes a verdict wrong. */
const onMargin = [50, 50, 51.499, 51.499] as const;

const calm = { repeats: 5, outliers: 0, drift: 0 } as const;
/** Each repeat is 30 % slower than it should be with a chance of 5 %, and the machine loses a fifth of its speed. */
const rough = { repeats: 5, outliers: 0.05, drift: 0.2 } as const;

describe('verdicts over 1,000 runs of servings whose order is known', () => {
  // How often five repeats leave a pair undecided, by the coefficient of variation between repeats.
  it.each([
    ['apart', 'calm', 0.01, 0],
    ['apart', 'calm', 0.03, 3],
    ['apart', 'calm', 0.1, 17],
    ['apart', 'rough', 0.01, 8],
    ['apart', 'rough', 0.03, 11],
    ['apart', 'rough', 0.1, 23],
    ['close', 'calm', 0.01, 20],
    ['close', 'calm', 0.03, 74],
    ['close', 'calm', 0.1, 98],
    ['close', 'rough', 0.01, 73],
    ['close', 'rough', 0.03, 89],
    ['close', 'rough', 0.1, 98],
  ] as const)(
    'are wrong in at most 5 %% of the runs: servings %s, noise %s, CV %d, and %d %% of the pairs undecided',
    (distance, noise, variation, undecided) => {
      const rates = distance === 'apart' ? apart : close;
      const outcome = judge({ rates, variation, ...(noise === 'calm' ? calm : rough) }, RUNS);

      expect(outcome.wrongRuns).toBeLessThanOrEqual(MOST_WRONG_PERCENT);
      expect(outcome.undecided).toBe(undecided);
    },
  );

  it.each([0.01, 0.1])(
    'are wrong in at most 5 %% of the runs also where the truth lies on the margin, CV %d, but not without the correction',
    (variation) => {
      const world = { rates: onMargin, variation, ...calm };

      expect(judge(world, RUNS).wrongRuns).toBeLessThanOrEqual(MOST_WRONG_PERCENT);
      expect(judge(world, RUNS, false).wrongRuns).toBeGreaterThan(MOST_WRONG_PERCENT);
    },
  );

  it.each([0.5, 20])(
    'are wrong in at most 5 %% of the runs also where the machine is slow for a while, a half-life of %d measurements, truth on the margin',
    (halfLifeMeasurements) => {
      const wander = { variation: 0.05, halfLifeMeasurements };
      const world = { ...calm, rates: onMargin, variation: 0.005, wander };

      expect(judge(world, RUNS / 2).wrongRuns).toBeLessThanOrEqual(MOST_WRONG_PERCENT);
    },
  );

  // 4,000 runs tell 5 % from 6 %.
  it.each([
    ['four', onMargin, 5],
    ['two', [50, 51.499], 3],
  ] as const)(
    'are wrong in at most 5 %% of the runs also where a drift of a fifth is all the noise, %s servings, truth on the margin, but not where each repeat has an order of its own',
    (_, rates, repeats) => {
      const world = { rates, variation: 0.001, repeats, outliers: 0, drift: 0.2 };

      expect(judge(world, 4 * RUNS).wrongRuns).toBeLessThanOrEqual(MOST_WRONG_PERCENT);
      expect(judge({ ...world, unbalanced: true }, 4 * RUNS).wrongRuns).toBeGreaterThan(
        MOST_WRONG_PERCENT,
      );
    },
  );

  // Each histogram is written and read, which takes a millisecond.
  it.each([
    ['close', close, rough, 0.01],
    ['two on the margin', [50, 51.499], calm, 0.005],
    ['on the margin, with no noise but that of few answers', onMargin, calm, 0.0001],
  ] as const)(
    'are wrong in at most 5 %% of 250 runs also of the medians of open loops with 200 answers, and say something: servings %s',
    (_, rates, noise, variation) => {
      const outcome = judge({ rates, variation, openAnswers: 200, ...noise }, RUNS / 4);

      expect(outcome.wrongRuns).toBeLessThanOrEqual(MOST_WRONG_PERCENT);
      expect(outcome.undecided).toBeLessThan(100);
    },
  );

  // With 12 s of start, warm-up and bypass run a measurement, both take six minutes a serving.
  it('are decided far more often by fifteen repeats of 12 s than by five of 60 s', () => {
    const world = { ...calm, rates: close, variation: 0.03 };
    const [few, many] = [
      judge(world, RUNS / 4),
      judge({ ...world, repeats: 15, windowSeconds: 12 }, RUNS / 4),
    ];

    expect(many.wrongRuns).toBeLessThanOrEqual(MOST_WRONG_PERCENT);
    expect(few.undecided - many.undecided).toBeGreaterThan(30);
  });

  it('are decided more often with ten repeats than with five, and with five than with three', () => {
    const undecided = [3, 5, 10].map(
      (repeats) => judge({ ...rough, rates: close, variation: 0.01, repeats }, RUNS).undecided,
    );

    expect(undecided).toEqual(undecided.toSorted((a, b) => b - a));
    expect(new Set(undecided).size).toBe(3);
  });
});
