import {
  latencyAxis,
  percentileAxis,
  shareAbove,
  timeAxis,
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

  it('is logarithmic beyond a decade, with ticks at 1, 2 and 5, and its title says so', () => {
    expect(latencyAxis('ms', [13, 190])).toMatchObject({
      title: 'ms (log)',
      ticks: [20, 50, 100, 200],
    });
  });

  it('does not break on no values and on zeros', () => {
    expect(domainOf(latencyAxis('', []))).toEqual([0, 1]);
    expect(domainOf(latencyAxis('', [0, 0]))).toEqual([0, 1]);
  });

  it('places a value outside its domain at its end, as 0 on a logarithmic axis', () => {
    const positionOf = latencyAxis('', [2, 50]).scale.range([290, 0]);
    expect(positionOf(0)).toBe(290);
    expect(positionOf(1000)).toBe(0);
  });
});

const labelsOf = ({ ticks, labelOf = String }: Axis): readonly string[] => ticks.map(labelOf);

describe('the axis of percentiles', () => {
  it('has a tick for each further nine that the answers support', () => {
    expect(labelsOf(percentileAxis(shareAbove(21.5)))).toEqual(['0']);
    expect(labelsOf(percentileAxis(shareAbove(99.69)))).toEqual(['0', '50', '90', '99']);
    expect(labelsOf(percentileAxis(shareAbove(99.9)))).toEqual(['0', '50', '90', '99', '99.9']);
  });

  it('places each nine equally far from the one before', () => {
    const { scale, ticks } = percentileAxis(0.001);
    const [, , ninety = NaN, ...further] = ticks.map((tick) => scale(tick));
    expect(further[0]).toBeCloseTo(2 * ninety);
    expect(further[1]).toBeCloseTo(3 * ninety);
  });
});

describe('the axis of the time of a run', () => {
  it.each([
    [0, 'seconds', ['0', '0.2', '0.4', '0.6', '0.8', '1']],
    [100, 'seconds', ['0', '20', '40', '60', '80', '100']],
    [600, 'minutes', ['0', '2', '4', '6', '8', '10']],
    [5 * 3600, 'hours', ['0', '1', '2', '3', '4', '5']],
  ])('of %p s has %s', (seconds, unit, labels) => {
    const axis = timeAxis(seconds);
    expect(axis.title).toBe(`${unit} since the first window`);
    expect(labelsOf(axis)).toEqual(labels);
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
