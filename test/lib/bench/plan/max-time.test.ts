import {
  calibrationSeconds,
  estimateSeconds,
} from '../../../../lib/bench/plan/estimate-duration.ts';
import {
  REPORT_SECONDS,
  defaultTimeText,
  maxSecondsOf,
  maxTimeKind,
  mostRepeats,
  repeatsWithin,
  shortTimeText,
} from '../../../../lib/bench/plan/max-time.ts';
import { HERE } from '../../../../lib/bench/model/plan.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const { plan: recorded } = recordedRun({ repeats: 6, durationSeconds: 1 });
const plan = {
  ...recorded,
  options: { ...recorded.options, repeats: 6, ends: 'with-repeats' },
} as const;

/** The estimated time of a run with its first repeats only. */
const secondsOf = (repeats: number): number =>
  REPORT_SECONDS +
  calibrationSeconds(plan) +
  estimateSeconds(
    plan.measurements.filter(({ repeat }) => repeat <= repeats),
    HERE,
  );

const within = (maxSeconds: number | undefined) => ({ ...plan, settings: { maxSeconds } });

describe('The repeats that fit into a time', () => {
  it.each([1, 3, 4, 6])('are %d in exactly the time that they take', (repeats) => {
    expect(repeatsWithin(within(secondsOf(repeats)), HERE)).toBe(repeats);
  });

  it('are one fewer in less time, and never more than planned', () => {
    expect(repeatsWithin(within(secondsOf(5) - 0.001), HERE)).toBe(4);
    expect(repeatsWithin(within(10 * secondsOf(6)), HERE)).toBe(6);
  });

  it('are all without a time', () => {
    expect(repeatsWithin(within(undefined), HERE)).toBe(6);
  });

  it('are at least one, or four in the time of a run that ends when it is decided', () => {
    const options = { ...plan.options, ends: 'when-decided' } as const;
    const slow = plan.measurements.map((each) => ({ ...each, durationSeconds: 1000 }));

    expect(repeatsWithin(within(10), HERE)).toBe(1);
    expect(repeatsWithin({ ...within(10), options }, HERE)).toBe(1);
    expect(repeatsWithin({ ...plan, options, measurements: slow }, HERE)).toBe(4);
  });
});

describe('The time of a run that ends when it is decided', () => {
  it('is what the help says, unless the user gave another', () => {
    const options = { ...plan.options, ends: 'when-decided' } as const;
    const [target] = plan.targets;
    const secondsFor = (count: number): number | undefined => {
      const targets = Array.from({ length: count }, () => target as (typeof plan.targets)[0]);
      return maxSecondsOf({ ...within(undefined), options, targets });
    };
    const [least = 0, seven = 0] = [secondsFor(6), secondsFor(7)];

    expect(secondsFor(1)).toBe(least);
    expect(defaultTimeText).toContain(
      `${maxTimeKind.write(least)}, ${maxTimeKind.write(seven - least)} more for each target beyond 6`,
    );
    expect(maxSecondsOf({ ...within(30), options })).toBe(30);
    expect(maxSecondsOf(within(undefined))).toBeUndefined();
  });
});

describe('The most repeats of a run', () => {
  const targets = plan.targets.slice(0, 1);
  const options = { ...plan.options, repeats: 40, ends: 'when-decided' } as const;

  it('are fewer if it has nothing to decide, because it has one target or no servings', () => {
    expect(mostRepeats({ ...plan, options })).toBe(40);
    expect(mostRepeats({ options, targets })).toBe(8);
    expect(mostRepeats({ ...plan, options: { ...options, engine: 'noop' } })).toBe(8);
    expect(repeatsWithin({ ...within(3600), options, targets }, HERE)).toBe(8);
  });

  it('are never more than those that the user gave, who also gets all of them', () => {
    const given = { ...options, ends: 'with-repeats' } as const;

    expect(mostRepeats({ options: { ...options, repeats: 5 }, targets })).toBe(5);
    expect(mostRepeats({ options: given, targets })).toBe(40);
  });
});

describe('A time that the user gave', () => {
  it('is called too short if fewer repeats fit than a verdict needs', () => {
    const options = { ...plan.options, ends: 'when-decided' } as const;

    expect(shortTimeText(within(secondsOf(3) - 0.001), HERE)).toContain('3 repeats');
    expect(shortTimeText(within(secondsOf(3)), HERE)).toBeUndefined();
    expect(shortTimeText({ ...within(secondsOf(3)), options }, HERE)).toContain('4 repeats');
  });

  it('is not called too short for a verdict that there would not be anyway', () => {
    const targets = plan.targets.slice(0, 1);
    const options = { ...plan.options, repeats: 2 };

    expect(shortTimeText({ ...within(10), targets }, HERE)).toBeUndefined();
    expect(shortTimeText({ ...within(10), options }, HERE)).toBeUndefined();
    expect(shortTimeText(within(undefined), HERE)).toBeUndefined();
  });
});
