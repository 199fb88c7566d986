import { calibrationCheck } from '../../../../../lib/bench/analysis/checks/calibration.ts';
import {
  coursesOf,
  drift,
  driftCheck,
  isColdDrift,
  mayBeMachine,
} from '../../../../../lib/bench/analysis/checks/drift.ts';
import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import { createRandom } from '../../../../../lib/bench/stats/random.ts';
import { measuredRow } from '../../../../support/measured-rows.ts';
import { normalFrom } from '../../../../support/normal-from.ts';
import { closed, passedCheck, recordedTargets } from '../../../../support/recorded-run.ts';

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

/** A row whose load generator and middleware took these times for themselves. */
const withRig = ({ row, repeats }: MeasuredRow, rigMs: readonly number[]): MeasuredRow => ({
  row,
  repeats: repeats.map((record, at) => {
    const upstream = { meanMs: record.load.latency.meanMs - (rigMs[at] ?? 0) };
    return { ...record, load: { ...record.load, phases: { upstream } } };
  }),
});

/** When the load of a repeat starts in {@link resumed}. */
const startOf = (repeat: number): string => new Date(Date.UTC(2026, 0, 2, 3, repeat)).toISOString();

/** Checks the first of some rows of a run that was resumed before a repeat. */
const checkResumed = (before: number, ...rows: readonly [MeasuredRow, ...MeasuredRow[]]) => {
  const timed = rows.map(({ row, repeats }): MeasuredRow => ({
    row,
    repeats: repeats.map((record) => ({
      ...record,
      load: { ...record.load, startedAt: startOf(record.measurement.repeat) },
    })),
  }));
  const checks = [0, before].flatMap((repeat) =>
    rows.map(({ row }) => ({ ...passedCheck(row.target), startedAt: startOf(repeat) })),
  );
  return driftCheck(timed[0] ?? rows[0], coursesOf(timed, checks));
};

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

  it('that is restless is to be warmed up longer only if it became faster during its slowest repeat, and not on a busy machine', () => {
    const changing = timesRow(target, [132, 130, 48, 27, 33]);
    const windows = [150, 110].map((p50Ms) => ({ repeat: 1, block: 1, startedAt: '', p50Ms }));
    const blamedFor = (row: Partial<MeasuredRow['row']>, isBusy: boolean): string => {
      const measured = { ...changing, row: { ...changing.row, ...row } };
      const rows = [measured, timesRow(other, [39, 27, 31, 26, 28])];
      const result = drift.judge({
        ...measured,
        run: { rows, calibration: calibrationCheck([]), answerChecks: [], isBusy },
      });
      if (mayBeMachine(result)) return 'machine';
      return isColdDrift(result) ? 'warm-up' : 'server';
    };

    expect(blamedFor({}, false)).toBe('server');
    expect(blamedFor({ windows }, false)).toBe('warm-up');
    expect(blamedFor({ windows: windows.toReversed() }, false)).toBe('server');
    expect(blamedFor({ unsteadyRepeats: [1] }, false)).toBe('warm-up');
    expect(blamedFor({ windows }, true)).toBe('machine');
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

describe('Two targets that change against each other', () => {
  const flat = [53, 49, 53, 52, 48, 51, 50, 49];
  const falling = [65, 61, 60, 53, 51, 46, 42, 40];
  const quieter = [3.6, 3.1, 2.8, 2.2, 2.3, 1.9, 1.6, 1.5];
  const quiet = [1.2, 1.1, 1.2, 1.3, 1.1, 1.2, 1.1, 1.2];
  const pairWith = (rigMs: readonly number[]) =>
    [withRig(timesRow(target, flat), rigMs), withRig(timesRow(other, falling), rigMs)] as const;

  it('are both withheld, and none is blamed, if the rig changed like one of them', () => {
    const [constant, changed] = pairWith(quieter);

    expect(checkFirst(constant, changed)).toMatchObject({ state: 'failed', reason: 'contested' });
    const check = checkFirst(changed, constant);
    expect(check).toMatchObject({
      state: 'failed',
      reason: 'contested',
      facts: { isAlone: false },
    });
    expect([check.facts?.beforeMs, check.facts?.afterMs].map(Number).map(Math.round)).toEqual([
      66, 40,
    ]);
    expect(drift.finding(check)).not.toMatch(/Became|Warm/);
    expect(drift.advice(check)).not.toMatch(/--warmup/);
  });

  it('are told apart on a quiet machine', () => {
    const [constant, changed] = pairWith(quiet);

    expect(checkFirst(constant, changed).state).toBe('passed');
    expect(checkFirst(changed, constant)).toMatchObject({ state: 'failed', reason: 'faster' });
  });

  it('are told apart if one becomes slower although the machine becomes quieter', () => {
    const slowing = withRig(timesRow(target, falling.toReversed()), quieter);
    const constant = withRig(timesRow(other, flat), quieter);

    expect(checkFirst(slowing, constant)).toMatchObject({ state: 'failed', reason: 'slower' });
    expect(checkFirst(constant, slowing).state).toBe('passed');
  });

  it('are not told apart if one becomes slower while the machine becomes busier', () => {
    const busier = quieter.toReversed();
    const slowing = withRig(timesRow(target, falling.toReversed()), busier);
    const constant = withRig(timesRow(other, flat), busier);

    expect(checkFirst(slowing, constant).reason).toBe('contested');
    expect(checkFirst(constant, slowing).reason).toBe('contested');
  });

  it('are told apart if one is slow in the first repeat, when the rig warms up, too', () => {
    const warmingUp = [2.4, 1.5, 1.3, 1.2, 1.1, 1.2, 1.1, 1.2];
    const starting = withRig(timesRow(target, [96, 46, 41, 39, 40, 38, 39, 38]), warmingUp);
    const constant = withRig(timesRow(other, flat), warmingUp);

    expect(checkFirst(starting, constant)).toMatchObject({ reason: 'slow-start' });
    expect(checkFirst(constant, starting).state).toBe('passed');
  });

  it('are said to differ in the first repeat, which of them or the machine not, if the rig changed as much', () => {
    const calming = [2, 1, 1, 1, 1, 1, 1, 1];
    const starting = withRig(timesRow(target, [136, 83, 82, 84, 83, 82, 83, 84]), calming);
    const constant = withRig(timesRow(other, [83, 84, 82, 83, 84, 82, 84, 83]), calming);
    const result = checkFirst(starting, constant);

    expect(result).toMatchObject({ reason: 'contested', facts: { from: 1, beforeMs: 136 } });
    expect(drift.finding(result)).toMatch(/^Repeat 1 differs from the others: .* One of them did/);
  });

  it.each([
    ['quieter', falling, quieter],
    ['busier', falling.toReversed(), quieter.toReversed()],
  ])('pass if both only follow a machine that becomes %s', (_, meansMs, rigMs) => {
    const noisy = meansMs.map((ms, at) => ms * (at % 2 === 0 ? 2.05 : 1.95));
    const rows = [
      withRig(timesRow(target, meansMs), rigMs),
      withRig(timesRow(other, noisy), rigMs),
    ] as const;

    expect(checkFirst(...rows).state).toBe('passed');
    expect(checkFirst(rows[1], rows[0]).state).toBe('passed');
  });
});

const on = (rigMs: readonly number[], of: Target, meansMs: readonly number[]): MeasuredRow =>
  withRig(timesRow(of, meansMs), rigMs);

describe('A target whose rig changed, too,', () => {
  const rising = [20, 22, 26, 27, 31, 33, 37, 40];
  const constant = [31, 30, 31, 30, 30, 32, 33, 33];
  const constantToo = [40, 41, 40, 40, 42, 43, 43, 44];
  const busier = [1, 1.1, 1.3, 1.3, 1.5, 1.6, 1.8, 2];

  it('drifts if it changes against each of two others', () => {
    const rows = [
      on(busier, target, rising),
      on(busier, other, constant),
      on(busier, third, constantToo),
    ] as const;

    expect(checkFirst(...rows)).toMatchObject({ state: 'failed', reason: 'slower' });
    expect(checkFirst(rows[1], rows[0], rows[2]).state).toBe('passed');
    expect(checkFirst(rows[2], rows[0], rows[1]).state).toBe('passed');
  });

  it('may have changed, or the machine, if it stays the same while both others follow the rig', () => {
    const quieter = busier.toReversed();
    const rows = [
      on(quieter, target, [30, 31, 30, 29, 31, 30, 30, 31]),
      on(quieter, other, rising.toReversed()),
      on(
        quieter,
        third,
        rising.toReversed().map((ms, at) => ms * (at % 2 === 0 ? 2.05 : 1.95)),
      ),
    ] as const;

    expect(checkFirst(...rows)).toMatchObject({ state: 'failed', reason: 'contested' });
    expect(checkFirst(rows[1], rows[0], rows[2]).reason).toBe('restless');
    expect(checkFirst(rows[2], rows[0], rows[1]).reason).toBe('restless');
  });

  it('is not convicted alone', () => {
    expect(checkFirst(on(busier, target, rising))).toMatchObject({
      state: 'failed',
      reason: 'contested',
      facts: { isAlone: true },
    });
    expect(checkFirst(on(busier.toReversed(), target, rising))).toMatchObject({
      state: 'failed',
      reason: 'slower',
    });
  });
});

describe('A change in the pause of a run', () => {
  const slowFirst = timesRow(target, [45, 20, 21, 20, 20, 21]);
  const steady = timesRow(other, [50, 51, 50, 49, 50, 51]);

  it('is no slow start, and makes no target restless', () => {
    expect(checkFirst(slowFirst, steady)).toMatchObject({ state: 'failed', reason: 'slow-start' });
    expect(checkResumed(2, slowFirst, steady)).toMatchObject({
      state: 'passed',
      facts: { leastMs: 20, mostMs: 45, isResumed: true },
    });
  });

  it('is no change of the target, which may still drift before it or after it', () => {
    const stepping = [40, 41, 40, 20, 21, 20];
    const drifting = [20, 24, 29, 34, 20, 24, 29, 34];
    const same = Array.from(drifting, (_, at) => 50 + (at % 2));

    expect(checkFirst(timesRow(target, stepping), steady).state).toBe('failed');
    expect(checkResumed(4, timesRow(target, stepping), steady).state).toBe('passed');
    expect(checkResumed(5, timesRow(target, drifting), timesRow(other, same))).toMatchObject({
      state: 'failed',
      reason: 'slower',
    });
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
  /** Deviation of the rig's time from that of the machine; absent if it is not known. */
  readonly rig?: number;
}

/** The share of rows that fail, of targets with two levels each that do not change. */
const falseAlarms = ({ repeats, targets: count, own, shared, machine = 0, rig }: Noise): number => {
  const normal = normalFrom(createRandom(3));
  let [failed, all] = [0, 0];
  for (let run = 0; run < runsOf(repeats); run += 1) {
    const common = Array.from(
      { length: repeats },
      (_, at) => Math.exp(shared * normal()) * (1 + (machine * at) / (repeats - 1)),
    );
    const rows = targets.slice(0, count).flatMap((each: Target) =>
      [1, 4].map((users) => {
        const row = timesRow(
          each,
          common.map((time) => 20 * time * Math.exp(own * normal())),
          users,
        );
        return rig === undefined
          ? row
          : withRig(
              row,
              common.map((time) => 2 * time * Math.exp(rig * normal())),
            );
      }),
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
    { repeats: 8, targets: 2, own: 0.1, shared: 0.2, rig: 0.1 },
    { repeats: 5, targets: 3, own: 0.05, shared: 0.2, machine: 0.4, rig: 0.2 },
  ])('fails at most 1.5 % of rows without a drift (1 % expected): %j', (noise) => {
    expect(falseAlarms(noise)).toBeLessThanOrEqual(0.015);
  });
});
