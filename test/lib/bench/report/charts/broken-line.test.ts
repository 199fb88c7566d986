import { linePieces } from '../../../../../lib/bench/report/charts/broken-line.ts';

const line = (...fails: readonly boolean[]) =>
  linePieces(fails.map((failing, x) => ({ x, y: x, fails: failing }))).map((piece) => [
    piece.fails,
    piece.points.map(({ x }) => x),
  ]);

describe('a line through points of which some fail', () => {
  it('is one piece where none fails, or all do', () => {
    expect(line(false, false, false)).toEqual([[false, [0, 1, 2]]]);
    expect(line(true, true)).toEqual([[true, [0, 1]]]);
  });

  it('is cut at the points before and behind those that fail, so that nothing is left out', () => {
    expect(line(false, false, true, true, false, false)).toEqual([
      [false, [0, 1]],
      [true, [1, 2, 3, 4]],
      [false, [4, 5]],
    ]);
  });

  it('has no piece with less than two points', () => {
    expect(line(true)).toEqual([]);
    expect(line()).toEqual([]);
  });
});
