import {
  nearLimits,
  noopByTarget,
  noopLimitCheck,
  noopLimitOf,
} from '../../../../../lib/bench/analysis/checks/noop-limit.ts';
import type { Engine, Level } from '../../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  evenLoad,
  planMeasurement,
} from '../../../../support/recorded-run.ts';

/** Measurements with these rates, one a repeat; undefined is a repeat without figures. */
const measurementsOf = (
  engine: Engine,
  rates: readonly (number | undefined)[],
  level: Level = closed(4),
): CompletedMeasurement[] =>
  rates.flatMap((rate, index) =>
    rate === undefined
      ? []
      : [
          completedMeasurement(
            planMeasurement({ engine, level, repeat: index + 1 }),
            evenLoad(rate, 5, 1),
          ),
        ],
  );

const compared = (
  rates: readonly (number | undefined)[],
  noopRates: readonly (number | undefined)[],
) => noopLimitOf(measurementsOf('onnx', rates), noopByTarget(measurementsOf('noop', noopRates)));

describe('A row compared with its no-op limit', () => {
  it('has the share of its fastest repeat in the fastest no-op measurement, of whichever repeats', () => {
    // The no-op limit was measured in the first repeat only.
    expect(compared([18, 26, 34], [125])).toEqual({
      requestRatePerSecond: 125,
      share: 34 / 125,
      repeat: 3,
      near: false,
    });
    expect(compared([40, undefined, 30], [50, 100])).toEqual({
      requestRatePerSecond: 100,
      share: 0.4,
      repeat: 1,
      near: false,
    });
    expect(compared([40, undefined], [undefined, 100])).toMatchObject({ share: 0.4 });
  });

  it('is near the limit if a single repeat is, and not because other programs disturbed one no-op measurement', () => {
    expect(compared([20, 20, 80], [100])).toMatchObject({ share: 0.8, near: true, repeat: 3 });
    expect(compared([40, 40], [100, 50])).toMatchObject({ share: 0.4, near: false });
  });

  it('is compared with the highest no-op rate if only other levels have one', () => {
    const noopLimits = [8, 16].flatMap((users) =>
      measurementsOf('noop', [users * 5], closed(users)),
    );

    expect(noopLimitOf(measurementsOf('onnx', [20]), noopByTarget(noopLimits))).toMatchObject({
      requestRatePerSecond: 80,
      share: 0.25,
    });
  });

  it('has no share if there is no no-op limit, or if it is 0', () => {
    expect(compared([40], [])).toBeUndefined();
    expect(compared([40], [0])).toBeUndefined();
  });
});

it.each([
  ['far from the limit', 60, 'passed', undefined],
  ['near the limit', 90, 'at-limit', undefined],
  ['a little faster, as noise is', 105, 'at-limit', undefined],
  ['so much faster that the limit of the rig is not known', 130, 'at-limit', 'refuted'],
])('A row is judged as %s', (_, rate, state, reason) => {
  const result = noopLimitCheck({ noopLimit: compared([rate], [100]), repeats: 1 });

  expect(result.state).toBe(state);
  expect(result.reason).toBe(reason);
});

it('The no-op limits that a target came near are those of its level, each once', () => {
  const near = nearLimits([
    ...measurementsOf('onnx', [60, 80]),
    ...measurementsOf('noop', [100, 90]),
    ...measurementsOf('onnx', [60], closed(8)),
    ...measurementsOf('noop', [100], closed(8)),
  ]);

  expect(near.map((limits) => limits.map(({ repeat, level }) => [repeat, level]))).toEqual([
    [
      [1, closed(4)],
      [2, closed(4)],
    ],
  ]);
  expect(nearLimits(measurementsOf('onnx', [90]))).toEqual([]);
});

it('An open loop is compared with the highest no-op rate of all levels', () => {
  const noopLimits = [
    ...measurementsOf('noop', [100], closed(4)),
    ...measurementsOf('noop', [90], closed(1)),
  ];
  const level = { loop: 'open', ratePerSecond: 80, arrivals: 'constant' } as const;

  expect(noopLimitOf(measurementsOf('onnx', [80], level), noopByTarget(noopLimits))).toMatchObject({
    requestRatePerSecond: 100,
    share: 0.8,
    near: true,
  });
});
