import type { TakeTensor } from './take-tensors.ts';

/** The names of a convolution and of the batch norm after it. */
export interface LayerNames {
  readonly conv: string;
  readonly norm: string;
}

interface Convolution {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Takes a convolution without bias, and folds the batch norm after it into it. Computes in doubles, whose every bit IEEE 754 defines, and
 * rounds once, so that the result is the same on every machine.
 * @param shape - The shape of the weights, with the output channels as the first axis.
 */
export const takeFolded = (
  take: TakeTensor,
  { conv, norm }: LayerNames,
  shape: readonly number[],
  epsilon: number,
): Convolution => {
  const [channels = 0] = shape;
  const weight = take(`${conv}.weight`, shape);
  const scale = take(`${norm}.weight`, [channels]);
  const shift = take(`${norm}.bias`, [channels]);
  const mean = take(`${norm}.running_mean`, [channels]);
  const variance = take(`${norm}.running_var`, [channels]);
  const perChannel = weight.length / channels;
  const folded = new Float32Array(weight.length);
  const bias = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const gain = (scale[channel] ?? 0) / Math.sqrt((variance[channel] ?? 0) + epsilon);
    bias[channel] = (shift[channel] ?? 0) - (mean[channel] ?? 0) * gain;
    const end = (channel + 1) * perChannel;
    for (let at = channel * perChannel; at < end; at++) folded[at] = (weight[at] ?? 0) * gain;
  }
  return { weight: folded, bias };
};
