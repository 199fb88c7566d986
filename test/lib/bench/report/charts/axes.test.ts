import {
  latencyAxis,
  levelAxis,
  scaleOf,
  zeroBasedAxis,
} from '../../../../../lib/bench/report/charts/axes.ts';

describe('the axis of response times', () => {
  it('begins at zero within a decade', () => {
    expect(latencyAxis('ms', [10, 99])).toMatchObject({
      title: 'ms',
      kind: 'linear',
      domain: [0, 100],
    });
  });

  it('is logarithmic if an interval goes beyond a decade', () => {
    expect(latencyAxis('', [10, 99], [101]).kind).toBe('log');
  });

  it('is logarithmic beyond a decade, with ticks at 1, 2 and 5, and its title says so', () => {
    expect(latencyAxis('ms', [13, 190])).toMatchObject({
      title: 'ms (log)',
      kind: 'log',
      ticks: [20, 50, 100, 200],
    });
  });

  it('shows powers of ten alone over many decades', () => {
    expect(latencyAxis('', [0.5, 60_000]).ticks).toEqual([1, 10, 100, 1000, 10_000]);
  });

  it('leaves room for intervals, and cuts those that reach far beyond the values', () => {
    const [near, far] = [
      latencyAxis('', [10, 200], [8, 220]),
      latencyAxis('', [10, 200], [0, 1e9]),
    ];

    expect(near.domain[0]).toBeLessThan(8);
    expect(near.domain[1]).toBeGreaterThan(220);
    expect(far.domain[0]).toBeGreaterThan(4);
    expect(far.domain[1]).toBeLessThan(450);
  });

  it('does not break on no values and on zeros', () => {
    expect(latencyAxis('', []).kind).toBe('linear');
    expect(latencyAxis('', [0, 0]).kind).toBe('linear');
  });
});

describe('the axis of levels', () => {
  it('has its ticks at the levels', () => {
    expect(levelAxis('', [16, 1, 4, 4]).ticks).toEqual([1, 4, 16]);
  });

  it('is linear for the levels of the study and logarithmic with small levels added', () => {
    const study = Array.from({ length: 10 }, (_, index) => (index + 1) * 10);
    expect(levelAxis('', study).kind).toBe('linear');
    expect(levelAxis('users', [1, 2, 4, 8, ...study])).toMatchObject({
      kind: 'log',
      title: 'users (log)',
    });
  });

  it('has room around a single level', () => {
    const [from, to] = levelAxis('', [10]).domain;
    expect(from).toBeLessThan(10);
    expect(to).toBeGreaterThan(10);
  });
});

describe('an axis from zero', () => {
  it('holds the values and the intervals around them, and ends at a round number', () => {
    expect(zeroBasedAxis('', [19.3], [21, 12]).domain).toEqual([0, 25]);
    expect(zeroBasedAxis('', [88, 40], [90]).domain).toEqual([0, 100]);
    expect(zeroBasedAxis('', [480]).domain).toEqual([0, 500]);
  });

  it('cuts intervals that are much wider than the values, so that these remain readable', () => {
    expect(zeroBasedAxis('', [20], [900]).domain).toEqual([0, 30]);
  });

  it('has an end without a value too', () => {
    expect(zeroBasedAxis('', []).domain).toEqual([0, 1]);
    expect(zeroBasedAxis('', [0], [0]).domain).toEqual([0, 1]);
  });
});

describe('a value outside an axis', () => {
  it('lies at its end, as an interval down to 0 on a logarithmic axis', () => {
    const positionOf = scaleOf(latencyAxis('', [2, 50]), [290, 0]);
    expect(positionOf(0)).toBe(290);
    expect(positionOf(1000)).toBe(0);
  });
});
