import {
  exceededLimits,
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
  it('has the share of its rate in the no-op limit, whichever repeats have one', () => {
    // The no-op limit was measured in the first repeat only.
    expect(compared([18, 26, 34], [125])).toEqual({
      requestRatePerSecond: 125,
      share: 26 / 125,
      near: false,
      worst: { repeat: 3, share: 34 / 125, requestRatePerSecond: 125 },
    });
    expect(compared([40, undefined, 30], [100, 50])).toMatchObject({
      requestRatePerSecond: 75,
      share: 35 / 75,
    });
  });

  it('is near the limit if a single repeat is, compared with the same repeat or with all repeats', () => {
    expect(compared([80, 40], [100, 50])).toMatchObject({
      share: 0.8,
      near: true,
      worst: { repeat: 1, share: 0.8, requestRatePerSecond: 100 },
    });
    expect(compared([20, 20, 80], [100])).toMatchObject({
      share: 0.4,
      near: true,
      worst: { repeat: 3, share: 0.8 },
    });
    expect(compared([40, 40], [100, 50])).toMatchObject({
      near: true,
      worst: { repeat: 2, share: 0.8, requestRatePerSecond: 50 },
    });
  });

  it('is compared with the limit of a repeat in which the row has no figures', () => {
    expect(compared([40, undefined], [undefined, 100])).toMatchObject({ share: 0.4 });
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

const exceededBy = (
  rates: readonly (number | undefined)[],
  noopRates: readonly (number | undefined)[],
) =>
  exceededLimits([...measurementsOf('onnx', rates), ...measurementsOf('noop', noopRates)]).map(
    ({ engine, repeat }) => `${engine} ${repeat}`,
  );

it('A no-op limit is exceeded if a repeat that it is compared with was faster', () => {
  expect(exceededBy([90, 90], [100, 80])).toEqual(['noop 2']);
  expect(exceededBy([90, 110], [100])).toEqual(['noop 1']);
  expect(exceededBy([90, 90], [100, 100])).toEqual([]);
  expect(exceededBy([90], [])).toEqual([]);
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
