import {
  centreRows,
  createBitStream,
  fillBellShaped,
} from '../../../../serving-configs/models/resnet50/seeded-values.ts';

const moments = (values: Float32Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
};

const draw = (seed: number) => Array.from({ length: 8 }, createBitStream(seed));

describe('the seeded values', () => {
  it('are the same for the same seed and others for another', () => {
    expect(draw(50)).toEqual(draw(50));
    expect(draw(50)).not.toEqual(draw(51));
    expect(draw(0)).not.toEqual(draw(1));
  });

  it('have the mean 0 and the deviation that was asked for', () => {
    const values = new Float32Array(100_000);
    fillBellShaped(values, createBitStream(1), 0.25);
    const { mean, deviation } = moments(values);

    // Four deviations of the estimates.
    expect(Math.abs(mean)).toBeLessThan((4 * 0.25) / Math.sqrt(values.length));
    expect(Math.abs(deviation - 0.25)).toBeLessThan((4 * 0.25) / Math.sqrt(2 * values.length));
  });

  it('sum up to nothing in each centred row', () => {
    const values = Float32Array.of(1, 2, 3, 10, 20, 60);
    centreRows(values, 3);

    expect([...values]).toEqual([-1, 0, 1, -20, -10, 30]);
  });
});
