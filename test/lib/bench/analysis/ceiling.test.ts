import { ceilingCellsByPath, ceilingOf } from '../../../../lib/bench/analysis/ceiling.ts';
import type { Engine, Level } from '../../../../lib/bench/model/cell.ts';
import type { CompletedCell } from '../../../../lib/bench/model/record.ts';
import {
  closed,
  completedCell,
  loadResult,
  planCell,
  recordedPaths,
} from '../../../support/recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');

/** Cells of one level, one a repeat, with these rates; a gap is a repeat without figures. */
const cellsOf = (
  engine: Engine,
  rates: readonly (number | undefined)[],
  level: Level = closed(4),
): CompletedCell[] =>
  rates.flatMap((rate, index) =>
    rate === undefined
      ? []
      : [
          completedCell(
            planCell(path, engine, 'warm', level, index + 1, 1),
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
) => ceilingOf(cellsOf('onnx', measured), ceilingCellsByPath(cellsOf('null', carried)));

describe('a row against its ceiling', () => {
  it('has the share that its printed rate is of the printed ceiling, whichever repeats have one', () => {
    // Measured once, in the first repeat.
    expect(compared([18, 26, 34], [125])).toEqual({
      requestRatePerSecond: 125,
      share: 26 / 125,
      near: false,
      repeats: 1,
      worst: { repeat: 3, share: 34 / 125, requestRatePerSecond: 125 },
    });
    expect(compared([40, undefined, 30], [100, 50])).toMatchObject({
      requestRatePerSecond: 75,
      share: 35 / 75,
      repeats: 1,
    });
  });

  it('is near where a single repeat is, against the ceiling of that repeat, or against that of all', () => {
    expect(compared([80, 40], [100, 50])).toMatchObject({
      share: 0.8,
      near: true,
      repeats: 2,
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
    expect(compared([40, undefined], [undefined, 100])).toMatchObject({ share: 0.4, repeats: 0 });
  });

  it('has none without a null engine, or where that carried nothing', () => {
    expect(compared([40], [])).toBeUndefined();
    expect(compared([40], [0])).toBeUndefined();
  });
});

const open = (ratePerSecond: number): Level => ({
  loop: 'open',
  ratePerSecond,
  arrivals: 'constant',
});

const openRow = (rate: number, ceilings: readonly CompletedCell[], level = open(60)) =>
  ceilingOf(cellsOf('onnx', [rate], level), ceilingCellsByPath(ceilings));

describe('an open loop against its ceiling', () => {
  it('is held against the greatest rate of all levels, whichever the loop', () => {
    const ceilings = [
      ...cellsOf('null', [60], open(60)),
      ...cellsOf('null', [100], closed(4)),
      ...cellsOf('null', [90], closed(1)),
    ];

    expect(openRow(60, ceilings)).toMatchObject({ requestRatePerSecond: 100, share: 0.6 });
    expect(openRow(80, ceilings, open(80))).toMatchObject({ share: 0.8, near: true });
  });

  it('has none near the rate that an open loop of the null engine carried: it might carry more', () => {
    const carried = cellsOf('null', [60], open(60));

    expect(openRow(50, carried, open(50))).toBeUndefined();
    expect(openRow(30, carried, open(30))).toMatchObject({ share: 0.5, near: false });
  });

  it('has one where the null engine could not carry what was offered', () => {
    const overloaded = cellsOf('null', [60], open(100));

    expect(openRow(50, overloaded, open(50))).toMatchObject({
      requestRatePerSecond: 60,
      near: true,
    });
  });
});
