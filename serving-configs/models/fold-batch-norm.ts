/** The parameters of a batch norm, one number per channel. */
export interface BatchNorm {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

interface Convolution {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Folds the batch norm after a convolution without bias into the convolution. Computes in doubles, whose every bit IEEE 754 defines,
 * and rounds once, so that the result is the same on every machine.
 * @param weight - The weights, with the output channels as the first axis.
 */
export const foldBatchNorm = (
  weight: Float32Array,
  norm: BatchNorm,
  epsilon: number,
): Convolution => {
  const channels = norm.scale.length;
  const perChannel = weight.length / channels;
  const folded = new Float32Array(weight.length);
  const bias = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const gain = (norm.scale[channel] ?? 0) / Math.sqrt((norm.variance[channel] ?? 0) + epsilon);
    bias[channel] = (norm.shift[channel] ?? 0) - (norm.mean[channel] ?? 0) * gain;
    const end = (channel + 1) * perChannel;
    for (let at = channel * perChannel; at < end; at++) folded[at] = (weight[at] ?? 0) * gain;
  }
  return { weight: folded, bias };
};
