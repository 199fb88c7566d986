import { foldBatchNorm } from '../../../serving-configs/models/fold-batch-norm.ts';

const norm = {
  scale: Float32Array.of(2, -1),
  shift: Float32Array.of(0.5, 3),
  mean: Float32Array.of(1, -4),
  variance: Float32Array.of(9, 0.25),
};
const EPSILON = 1e-3;
/** Two channels that each see three numbers. */
const weight = Float32Array.of(1, 2, 3, -1, 0.5, 4);

/** What a layer followed by batch norm gives, as it is defined. */
const inTwoSteps = (input: readonly number[], channel: number): number => {
  const sum = input.reduce((total, x, at) => total + x * (weight[channel * 3 + at] ?? 0), 0);
  const { scale, shift, mean, variance } = norm;
  return (
    ((sum - (mean[channel] ?? 0)) / Math.sqrt((variance[channel] ?? 0) + EPSILON)) *
      (scale[channel] ?? 0) +
    (shift[channel] ?? 0)
  );
};

describe('a convolution with its batch norm folded in', () => {
  it.each([[[0, 0, 0]], [[1, -2, 0.5]], [[10, 3, -7]]])(
    'gives what both give one after the other for %j',
    (input) => {
      const folded = foldBatchNorm(weight, norm, EPSILON);
      for (const channel of [0, 1]) {
        const own = folded.weight.subarray(channel * 3, channel * 3 + 3);
        const sum = input.reduce((total, x, at) => total + x * (own[at] ?? 0), 0);

        expect(sum + (folded.bias[channel] ?? 0)).toBeCloseTo(inTwoSteps(input, channel), 4);
      }
    },
  );

  it('leaves the weights that it was given alone', () => {
    const before = Array.from(weight);
    foldBatchNorm(weight, norm, EPSILON);

    expect(Array.from(weight)).toEqual(before);
  });
});
