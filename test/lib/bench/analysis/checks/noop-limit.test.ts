import { noopByTarget, noopLimitOf } from '../../../../../lib/bench/analysis/checks/noop-limit.ts';
import type { Engine, Level } from '../../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
  recordedTargets,
} from '../../../../support/recorded-run.ts';

const [target] = recordedTargets();

/** Measurements of one level, one a repeat, with these rates; a gap is a repeat without figures. */
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
            planMeasurement(target, engine, 'warm', level, index + 1, 1),
            loadResult(
              Array.from({ length: rate }, () => 5),
              1,
            ),
          ),
        ],
  );

const compared = (
  measured: readonly (number | undefined)[],
  carried: readonly (number | undefined)[],
) => noopLimitOf(measurementsOf('onnx', measured), noopByTarget(measurementsOf('noop', carried)));

describe('A row against its no-op limit', () => {
  it('has the share that its printed rate is of the printed no-op limit, whichever repeats have one', () => {
    // Measured once, in the first repeat.
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

  it('is near where a single repeat is, against the no-op limit of that repeat, or against that of all', () => {
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

  it('is held against a repeat that it does not have itself', () => {
    expect(compared([40, undefined], [undefined, 100])).toMatchObject({ share: 0.4 });
  });

  it('is held against the greatest rate where the no-op backend ran at other levels only', () => {
    const noopLimits = [8, 16].flatMap((users) =>
      measurementsOf('noop', [users * 5], closed(users)),
    );

    expect(noopLimitOf(measurementsOf('onnx', [20]), noopByTarget(noopLimits))).toMatchObject({
      requestRatePerSecond: 80,
      share: 0.25,
    });
  });

  it('has none without a no-op backend, or where that carried nothing', () => {
    expect(compared([40], [])).toBeUndefined();
    expect(compared([40], [0])).toBeUndefined();
  });
});

const open = (ratePerSecond: number): Level => ({
  loop: 'open',
  ratePerSecond,
  arrivals: 'constant',
});

const openRow = (rate: number, noopLimits: readonly CompletedMeasurement[], level = open(60)) =>
  noopLimitOf(measurementsOf('onnx', [rate], level), noopByTarget(noopLimits));

describe('An open loop against its no-op limit', () => {
  it('is held against the greatest rate of all levels, whichever the loop', () => {
    const noopLimits = [
      ...measurementsOf('noop', [60], open(60)),
      ...measurementsOf('noop', [100], closed(4)),
      ...measurementsOf('noop', [90], closed(1)),
    ];

    expect(openRow(60, noopLimits)).toMatchObject({ requestRatePerSecond: 100, share: 0.6 });
    expect(openRow(80, noopLimits, open(80))).toMatchObject({ share: 0.8, near: true });
  });

  it('has none near the rate that an open loop of the no-op backend carried: it might carry more', () => {
    const carried = measurementsOf('noop', [60], open(60));

    expect(openRow(50, carried, open(50))).toBeUndefined();
    expect(openRow(30, carried, open(30))).toMatchObject({ share: 0.5, near: false });
  });

  it('has one where the no-op backend could not carry what was offered', () => {
    const overloaded = measurementsOf('noop', [60], open(100));

    expect(openRow(50, overloaded, open(50))).toMatchObject({
      requestRatePerSecond: 60,
      near: true,
    });
  });
});
