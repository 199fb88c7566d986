import { buildMeasurements } from '../../../../lib/bench/plan/build-plan.ts';
import { groupOf } from '../../../../lib/bench/plan/estimate-duration.ts';
import { asPiloted, pilotOf } from '../../../../lib/bench/plan/pilot-windows.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { levelId } from '../../../../lib/bench/model/measurement.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { closed, recordedTargets } from '../../../support/recorded-run.ts';

const planned = (given: PlanOverrides = {}) => {
  const options = resolvePlanOptions({ seed: 1, levels: [closed(1), closed(4)], ...given });
  return { options, measurements: buildMeasurements(recordedTargets().slice(0, 3), options) };
};

const slowest = (ms: readonly [number, number]): ReadonlyMap<string, number> =>
  new Map([1, 4].map((users, index) => [levelId(closed(users)), ms[index] ?? 0]));

const secondsOf = ({ windows }: ReturnType<typeof pilotOf>): readonly number[] =>
  windows.map(({ seconds }) => seconds);

describe('The windows that a pilot chooses', () => {
  it('are 0.7 s long if answers are fast, and long enough for two answers of the slowest target to each user', () => {
    expect(secondsOf(pilotOf(planned(), undefined, slowest([30, 120])))).toEqual([0.7, 0.7]);
    expect(secondsOf(pilotOf(planned(), undefined, slowest([300, 1200])))).toEqual([0.7, 2.4]);
    expect(secondsOf(pilotOf(planned(), undefined, slowest([3000, 12_000])))).toEqual([5, 5]);
  });

  it('are at least 1.8 s long if servers run one at a time', () => {
    const pilot = pilotOf(planned(), 'memory', slowest([30, 120]));

    expect(pilot).toMatchObject({ order: 'one-at-a-time', because: 'memory' });
    expect(secondsOf(pilot)).toEqual([1.8, 1.8]);
  });

  it('are as long as the user says', () => {
    const plan = planned({ durationSeconds: 0.3 });

    expect(secondsOf(pilotOf(plan, undefined, slowest([3000, 3000])))).toEqual([0.3, 0.3]);
    expect(secondsOf(pilotOf(plan, 'busy-idle', slowest([3000, 3000])))).toEqual([0.3, 0.3]);
  });

  it('have room for twenty planned requests of an open loop', () => {
    const level = { loop: 'open', ratePerSecond: 10, arrivals: 'poisson' } as const;

    expect(secondsOf(pilotOf(planned({ levels: [level] }), undefined, new Map()))).toEqual([2]);
  });
});

describe('The measurements after a pilot', () => {
  it('have its windows, except no-op limits, and keep their order side by side', () => {
    const plan = planned();
    const piloted = asPiloted(
      pilotOf(plan, undefined, slowest([300, 1200])),
      plan,
      plan.measurements,
    );
    const secondsAt = (users: number, engine: string): ReadonlySet<number> =>
      new Set(
        piloted
          .filter(
            ({ level, ...each }) =>
              each.engine === engine && levelId(level) === levelId(closed(users)),
          )
          .map(({ durationSeconds }) => durationSeconds),
      );

    expect(piloted.map(({ id }) => id)).toEqual(plan.measurements.map(({ id }) => id));
    expect([secondsAt(1, 'onnx'), secondsAt(4, 'onnx')]).toEqual([new Set([0.7]), new Set([2.4])]);
    expect(secondsAt(4, 'noop')).toEqual(new Set([0.7]));
  });

  it('run one server after the other in each repeat if servers do not fit side by side', () => {
    const plan = planned();
    const piloted = asPiloted(pilotOf(plan, 'memory', new Map()), plan, plan.measurements);
    const changes = piloted.filter(
      (measurement, index) =>
        index === 0 || groupOf(piloted[index - 1] ?? measurement) !== groupOf(measurement),
    );

    expect(new Set(piloted.map(({ id }) => id))).toEqual(
      new Set(plan.measurements.map(({ id }) => id)),
    );
    // Three targets in each of forty repeats, and their no-op limits in the first.
    expect(changes).toHaveLength(3 * 40 + 3);
    expect(piloted.map(({ repeat }) => repeat)).toEqual(
      piloted.map(({ repeat }) => repeat).toSorted((a, b) => a - b),
    );
  });
});
