import { coursesOf, driftCheck } from '../../../../../lib/bench/analysis/checks/drift.ts';
import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import { createRandom } from '../../../../../lib/bench/stats/random.ts';
import { measuredRow } from '../../../../support/measured-rows.ts';
import { normalFrom } from '../../../../support/normal-from.ts';
import { closed, recordedTargets } from '../../../../support/recorded-run.ts';

const targets = recordedTargets();
const [target, other, third] = targets;

/** A row with a repeat for each mean response time. */
const timesRow = (
  of: Target,
  meansMs: readonly number[],
  users = 4,
  measurement: Partial<CompletedMeasurement> = {},
): MeasuredRow => {
  const { row, repeats } = measuredRow(of, closed(users), meansMs, { measurement });
  return {
    row,
    repeats: repeats.map((record, index) => {
      const meanMs = meansMs[index] ?? Number.NaN;
      const latency = { ...record.load.latency, meanMs, count: meanMs > 0 ? 100 : 0 };
      return { ...record, load: { ...record.load, latency } };
    }),
  };
};

const checkFirst = (...rows: readonly [MeasuredRow, ...MeasuredRow[]]) =>
  driftCheck(rows[0], coursesOf(rows));

const checkOf = (meansMs: readonly number[]) => checkFirst(timesRow(target, meansMs));

/** Every second repeat, as a node pair measures them. */
const onPair = (pair: number, meansMs: readonly number[], from: number): MeasuredRow => {
  const { row, repeats } = timesRow(target, meansMs, 4, { pair });
  return {
    row,
    repeats: repeats.map((record, index) => ({
      ...record,
      measurement: { ...record.measurement, repeat: from + 2 * index },
    })),
  };
};

const both = (first: readonly number[], second: readonly number[]): MeasuredRow => {
  const [one, two] = [onPair(1, first, 1), onPair(2, second, 2)];
  return { row: one.row, repeats: [...one.repeats, ...two.repeats] };
};

describe('A target', () => {
  it('is restless, which is a warning, if its repeats differ by a factor and those of the others do not', () => {
    const changing = timesRow(target, [132, 130, 48, 27, 33]);
    const steady = timesRow(other, [39, 27, 31, 26, 28]);

    expect(checkFirst(changing, steady)).toMatchObject({
      state: 'warned',
      reason: 'restless',
      facts: { leastMs: 27, mostMs: 132 },
    });
    expect(checkFirst(steady, changing)).toMatchObject({ state: 'passed' });
    expect(checkFirst(changing, timesRow(other, [39, 90, 31, 26, 28]))).toMatchObject({
      state: 'passed',
    });
  });

  it.each([
    ['slower', 3, [67, 63, 94, 94, 93], [65, 94]],
    ['slower', 2, [65, 95, 93, 97, 97, 97], [65, 96]],
    ['faster', 4, [97, 105, 99, 52, 51, 50], [100, 51]],
  ])('drifts if it becomes %s in repeat %d and stays so', (word, from, meansMs, ends) => {
    const steady = timesRow(other, [86, 85, 84, 82, 84, 85].slice(0, meansMs.length));
    const steadyToo = timesRow(third, [74, 74, 73, 73, 74, 73].slice(0, meansMs.length));
    const check = checkFirst(timesRow(target, meansMs), steady, steadyToo);

    expect(check).toMatchObject({
      state: 'failed',
      reason: word === 'slower' ? 'step-up' : 'step-down',
      facts: { from },
    });
    expect([check.facts?.beforeMs, check.facts?.afterMs].map(Number).map(Math.round)).toEqual(ends);
    expect(checkFirst(steady, timesRow(target, meansMs), steadyToo)).toMatchObject({
      state: 'passed',
    });
  });

  it('drifts if it becomes slower from repeat to repeat', () => {
    const check = checkOf([66, 71, 73, 86, 91, 86]);

    expect(check).toMatchObject({ state: 'failed', reason: 'slower' });
    expect(check.facts?.beforeMs).toBeLessThan(70);
    expect(check.facts?.afterMs).toBeGreaterThan(90);
  });

  it('drifts if its first repeat is slower than the others', () => {
    expect(checkOf([66.7, 26.7, 25.2, 27.6, 21.6])).toMatchObject({
      state: 'failed',
      reason: 'slow-start',
      facts: { from: 1, beforeMs: 66.7, leastMs: 21.6, mostMs: 27.6, warmupSeconds: 1 },
    });
  });

  it('drifts if it becomes faster', () => {
    expect(checkOf([151, 139, 131, 119, 111, 100])).toMatchObject({
      state: 'failed',
      reason: 'faster',
    });
  });

  it('does not drift if it changes by up to 10 %, or if the repeats differ as much otherwise', () => {
    expect(checkOf([95, 96, 97, 98, 99, 100]).state).toBe('passed');
    expect(checkOf([100, 70, 130, 90, 60, 80]).state).toBe('passed');
    expect(checkOf([100, 100, 100, 100]).state).toBe('passed');
  });

  it('does not drift because the machine or another target does', () => {
    const rising = [50, 59, 71, 79, 91, 100];
    const machine = checkFirst(
      timesRow(target, rising),
      timesRow(other, [199, 241, 276, 320, 356, 400]),
    );
    const steady = timesRow(target, [100, 101, 99, 100, 100, 101]);

    expect(machine.state).toBe('passed');
    expect(checkFirst(steady, timesRow(other, rising)).state).toBe('passed');
    expect(checkFirst(timesRow(other, rising), steady).state).toBe('failed');
  });

  it('drifts beside another one that changes, if a third shows that the machine did not', () => {
    const slowing = timesRow(target, [50, 59, 71, 79, 91, 100]);
    const starting = timesRow(other, [200, 30, 31, 29, 30, 32]);
    const steady = timesRow(third, [50, 51, 49, 50, 51, 50]);

    expect(checkFirst(slowing, starting, steady).state).toBe('failed');
    expect(checkFirst(starting, slowing, steady).state).toBe('failed');
    expect(checkFirst(steady, slowing, starting).state).toBe('passed');
  });

  it('is compared with itself on each node pair, because pairs differ', () => {
    expect(checkFirst(both([100, 101, 100, 99], [50, 51, 50, 50])).state).toBe('passed');
    expect(checkFirst(both([70, 81, 90, 100], [35, 40, 45, 50])).state).toBe('failed');
  });

  it('is not judged with three repeats, or without a correct answer in one', () => {
    expect(checkOf([25, 50, 100]).state).toBe('unknown');
    expect(checkOf([100, 100, 0, 100]).state).toBe('unknown');
  });
});

/** The check takes time by the square of the repeats. */
const runsOf = (repeats: number): number => (repeats > 10 ? 100 : 400);

interface Noise {
  readonly repeats: number;
  readonly targets: number;
  /** Deviation of a row's repeat from the others, and of all rows of a repeat. */
  readonly own: number;
  readonly shared: number;
  /** By what share the machine becomes slower until the last repeat. */
  readonly machine?: number;
}

/** The share of rows that fail, of targets with two levels each that do not change. */
const falseAlarms = ({ repeats, targets: count, own, shared, machine = 0 }: Noise): number => {
  const normal = normalFrom(createRandom(3));
  let [failed, all] = [0, 0];
  for (let run = 0; run < runsOf(repeats); run += 1) {
    const common = Array.from(
      { length: repeats },
      (_, at) => Math.exp(shared * normal()) * (1 + (machine * at) / (repeats - 1)),
    );
    const rows = targets.slice(0, count).flatMap((each: Target) =>
      [1, 4].map((users) =>
        timesRow(
          each,
          common.map((time) => 20 * time * Math.exp(own * normal())),
          users,
        ),
      ),
    );
    const courses = coursesOf(rows);
    failed += rows.filter((row) => driftCheck(row, courses).state === 'failed').length;
    all += rows.length;
  }
  return failed / all;
};

describe('The drift check', () => {
  it.each<Noise>([
    { repeats: 4, targets: 1, own: 0.3, shared: 0 },
    { repeats: 8, targets: 1, own: 0.1, shared: 0.2 },
    { repeats: 4, targets: 2, own: 0.1, shared: 0.3 },
    { repeats: 8, targets: 3, own: 0.05, shared: 0.2 },
    { repeats: 30, targets: 2, own: 0.3, shared: 0.3 },
    { repeats: 5, targets: 3, own: 0.1, shared: 0.1, machine: 0.4 },
    { repeats: 8, targets: 2, own: 0.05, shared: 0.05, machine: 0.4 },
  ])('fails at most 1.5 % of rows without a drift (1 % expected): %j', (noise) => {
    expect(falseAlarms(noise)).toBeLessThanOrEqual(0.015);
  });
});
