import { zeroBasedAxis } from '../../../../../lib/bench/report/charts/axes.ts';
import { INK } from '../../../../../lib/bench/report/charts/looks.ts';
import { drawBars } from '../../../../../lib/bench/report/charts/draw-chart.ts';

const svgWith = (low: number, high: number): string => {
  const parts = [{ value: 20, colour: INK, label: '', tip: '' }];
  const bars = [{ label: '', text: '', parts, interval: { low, high, confidence: 0.95 } }];
  const x = zeroBasedAxis('', [20], [low, high]);
  return drawBars({ kind: 'bars', x, bars }).svg;
};

/** The path of the interval. */
const whiskerIn = (svg: string): string => /d="(M[^"]*v10M[^"]*)"/.exec(svg)?.[1] ?? '';

describe('An interval around the end of a bar', () => {
  it('has a stop at each end', () => {
    expect(whiskerIn(svgWith(15, 25)).match(/v10/g)).toHaveLength(2);
  });

  it('ends in an arrow if the axis ends before it', () => {
    const whisker = whiskerIn(svgWith(15, 900));

    expect(whisker.match(/v10/g)).toHaveLength(1);
    expect(whisker).toMatch(/l-6,-5m6,5l-6,5$/);
  });
});
