import { decadeScale, levelScale } from '../../../../../lib/bench/report/charts/axis-scale.ts';
import { drawLineChart } from '../../../../../lib/bench/report/charts/line-chart.ts';

const draw = (spread: object): string =>
  drawLineChart({
    name: 'rates',
    xTitle: 'virtual users',
    yTitle: 'requests/s (log)',
    panels: [
      {
        x: levelScale([1, 2]),
        y: decadeScale([2, 50]),
        lines: [
          {
            label: 'Flask',
            marker: 'circle',
            path: 0,
            stroke: 'solid',
            points: [1, 2].map((x) => ({ x, y: 2, tip: '', ...spread })),
          },
        ],
      },
    ],
    keys: [],
  });

describe('a line on a logarithmic axis', () => {
  it.each([
    ['an interval', { low: 0, high: 6 }],
    ['a range of repeats', { min: 0, max: 6 }],
  ])('has %s down to 0 end at the foot of the axis', (_, spread) => {
    const svg = draw(spread);

    expect(svg).not.toMatch(/Infinity|NaN/);
    expect(svg.length).toBeGreaterThan(draw({}).length);
  });
});
