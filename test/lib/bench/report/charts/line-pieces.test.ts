import { linePieces } from '../../../../../lib/bench/report/charts/draw-lines.ts';
import type { Standing } from '../../../../../lib/bench/report/charts/plot.ts';

const pieces = (...standings: readonly Standing[]) =>
  linePieces(standings.map((standing, x) => ({ x, y: x, standing }))).map(
    ({ standing, points }) => [standing, points.map(({ x }) => x)],
  );

describe('a line through points of which some are worth less', () => {
  it('is one piece where all are worth the same', () => {
    expect(pieces('sound', 'sound', 'sound')).toEqual([['sound', [0, 1, 2]]]);
    expect(pieces('failing', 'failing')).toEqual([['failing', [0, 1]]]);
  });

  it('is cut at the points before and behind those that fail, so that nothing is left out', () => {
    expect(pieces('sound', 'sound', 'failing', 'failing', 'sound', 'sound')).toEqual([
      ['sound', [0, 1]],
      ['failing', [1, 2, 3, 4]],
      ['sound', [4, 5]],
    ]);
  });

  it('is worth no more between two points than the weaker of them', () => {
    expect(pieces('sound', 'weak', 'failing', 'weak', 'sound')).toEqual([
      ['weak', [0, 1]],
      ['failing', [1, 2, 3]],
      ['weak', [3, 4]],
    ]);
  });

  it('has no piece with less than two points', () => {
    expect(pieces('failing')).toEqual([]);
    expect(pieces()).toEqual([]);
  });
});
