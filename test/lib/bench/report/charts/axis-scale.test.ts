import {
  zeroBasedScaleFor,
  latencyScale,
  levelScale,
  nearScale,
} from '../../../../../lib/bench/report/charts/axis-scale.ts';

const texts = (scale: ReturnType<typeof latencyScale>): string[] | undefined =>
  scale.ticks?.map((tick) => tick.text);

describe('the axis of rates that curves lie along', () => {
  it('begins at zero where the values reach down to half of the greatest', () => {
    expect(nearScale([40, 100]).min).toBe(0);
    expect(nearScale([]).min).toBe(0);
    expect(nearScale([7, 7]).min).toBe(0);
  });

  it.each([
    [[16.8, 19.4], 16],
    [[10, 12.9], 9],
    [[980, 1000], 970],
    [[0.501, 1], 0.4],
  ])('of %p begins at the round value %p, with no point on the other axis', (values, min) => {
    expect(nearScale(values).min).toBe(min);
  });
});

describe('the axis of response times', () => {
  it('begins at zero within a decade', () => {
    expect(latencyScale([10, 99])).toMatchObject({ kind: 'linear', min: 0 });
  });

  it('is logarithmic beyond a decade, between steps of 1, 2 and 5', () => {
    const scale = latencyScale([13, 190]);
    expect(scale.kind).toBe('log');
    expect(texts(scale)).toEqual(['10', '20', '50', '100', '200']);
    expect(scale.min).toBeCloseTo(1);
    expect(scale.max).toBeCloseTo(Math.log10(200));
  });

  it('shows powers of ten alone over many decades', () => {
    expect(texts(latencyScale([0.5, 60_000]))).toEqual([
      '1',
      '10',
      '100',
      '1000',
      '10000',
      '100000',
    ]);
  });

  it('does not break on no values and on zeros', () => {
    expect(latencyScale([]).kind).toBe('linear');
    expect(latencyScale([0, 0]).kind).toBe('linear');
  });
});

describe('the axis of levels', () => {
  it('has its ticks at the levels', () => {
    expect(texts(levelScale([16, 1, 4, 4]))).toEqual(['1', '4', '16']);
  });

  it('is linear for the levels of the study and logarithmic with small levels added', () => {
    const study = Array.from({ length: 10 }, (_, index) => (index + 1) * 10);
    expect(levelScale(study).kind).toBe('linear');
    expect(levelScale([1, 2, 4, 8, ...study]).kind).toBe('log');
  });

  it('has room around a single level', () => {
    const { min = 0, max = 0 } = levelScale([10]);
    expect(min).toBeLessThan(10);
    expect(max).toBeGreaterThan(10);
  });
});

describe('an axis from zero', () => {
  it('holds the values and the intervals around them, and ends at a round number', () => {
    expect(zeroBasedScaleFor([19.3], [21, 12])).toMatchObject({ min: 0, max: 25 });
    expect(zeroBasedScaleFor([88, 40], [90])).toMatchObject({ min: 0, max: 100 });
    expect(zeroBasedScaleFor([480], [])).toMatchObject({ min: 0, max: 500 });
  });

  it('cuts intervals that are much wider than the values, so that these are not pressed flat', () => {
    expect(zeroBasedScaleFor([20], [900])).toMatchObject({ max: 30 });
  });

  it('has no end without a value', () => {
    expect(zeroBasedScaleFor([], []).max).toBeUndefined();
    expect(zeroBasedScaleFor([0], [0]).max).toBeUndefined();
  });
});
