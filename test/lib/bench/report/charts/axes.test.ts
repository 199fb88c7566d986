import {
  latencyAxis,
  levelAxis,
  zeroBasedAxis,
  type Axis,
} from '../../../../../lib/bench/report/charts/axes.ts';

const domainOf = ({ scale }: Axis): readonly number[] => scale.domain();

describe('the axis of response times', () => {
  it('begins at zero within a decade', () => {
    const axis = latencyAxis('ms', [10, 99]);

    expect(axis.title).toBe('ms');
    expect(domainOf(axis)).toEqual([0, 100]);
  });

  it('is logarithmic if an interval goes beyond a decade', () => {
    expect(latencyAxis('ms', [10, 99], [101]).title).toBe('ms (log)');
  });

  it('is logarithmic beyond a decade, with ticks at 1, 2 and 5, and its title says so', () => {
    expect(latencyAxis('ms', [13, 190])).toMatchObject({
      title: 'ms (log)',
      ticks: [20, 50, 100, 200],
    });
  });

  it('leaves room for intervals, and cuts those that reach far beyond the values', () => {
    const [low = NaN, high = NaN] = domainOf(latencyAxis('', [10, 200], [8, 220]));
    expect(low).toBeLessThan(8);
    expect(high).toBeGreaterThan(220);

    const [least = NaN, most = NaN] = domainOf(latencyAxis('', [10, 200], [0, 1e9]));
    expect(least).toBeGreaterThan(4);
    expect(most).toBeLessThan(450);
  });

  it('does not break on no values and on zeros', () => {
    expect(domainOf(latencyAxis('', []))).toEqual([0, 1]);
    expect(domainOf(latencyAxis('', [0, 0]))).toEqual([0, 1]);
  });

  it('places a value outside its domain at its end, as an interval down to 0 on a logarithmic axis', () => {
    const positionOf = latencyAxis('', [2, 50]).scale.range([290, 0]);
    expect(positionOf(0)).toBe(290);
    expect(positionOf(1000)).toBe(0);
  });
});

describe('the axis of levels', () => {
  it('has its ticks at the levels', () => {
    expect(levelAxis('', [16, 1, 4, 4]).ticks).toEqual([1, 4, 16]);
  });

  it('is linear for the levels of the study and logarithmic with small levels added', () => {
    const study = Array.from({ length: 10 }, (_, index) => (index + 1) * 10);
    expect(levelAxis('users', study).title).toBe('users');
    expect(levelAxis('users', [1, 2, 4, 8, ...study]).title).toBe('users (log)');
  });

  it('has a single level in its middle', () => {
    expect(levelAxis('', [10]).scale.range([0, 100])(10)).toBe(50);
  });
});

describe('an axis from zero', () => {
  it.each([
    ['the values and the intervals around them', [19.3], [21, 12], 25],
    ['the next round number', [88, 40], [90], 100],
    ['half more than the values if intervals are much wider', [20], [900], 30],
    ['1 without values', [], [], 1],
    ['1 for zeros', [0], [0], 1],
  ])('ends at %s', (_, values, ends, end) => {
    expect(domainOf(zeroBasedAxis('', values, ends))).toEqual([0, end]);
  });
});
