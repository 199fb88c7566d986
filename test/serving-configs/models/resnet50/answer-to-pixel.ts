import type { FloatTensor } from '../../../../serving-configs/models/torch-file/read-state-dict.ts';

/** The default of torch.nn.BatchNorm2d. */
const EPSILON = 1e-5;

const relu = (x: readonly number[]): readonly number[] => x.map((value) => Math.max(value, 0));

/**
 * The logits of torchvision's ResNet-50 for an image of one pixel, computed in doubles, step by step like its `forward`. Only the centre
 * of a kernel covers such an image, so each convolution is a matrix.
 */
export const answerToPixel = (
  tensors: ReadonlyMap<string, FloatTensor>,
  pixel: readonly number[],
): readonly number[] => {
  const tensor = (name: string): FloatTensor => {
    const found = tensors.get(name);
    if (found === undefined) throw new Error(`no tensor ${name}`);
    return found;
  };
  const conv = (name: string, x: readonly number[]): readonly number[] => {
    const { shape, values } = tensor(`${name}.weight`);
    const [to = 0, from = 0, height = 1, width = 1] = shape;
    const area = height * width;
    const middle = (area - 1) / 2;
    return Array.from({ length: to }, (_, channel) => {
      let sum = 0;
      for (let at = 0; at < from; at++) {
        sum += (values[(channel * from + at) * area + middle] ?? 0) * (x[at] ?? 0);
      }
      return sum;
    });
  };
  const norm = (name: string, x: readonly number[]): readonly number[] => {
    const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (part) => tensor(`${name}.${part}`).values,
    );
    return x.map((value, at) => {
      const normalised = (value - (mean?.[at] ?? 0)) / Math.sqrt((variance?.[at] ?? 0) + EPSILON);
      return normalised * (weight?.[at] ?? 0) + (bias?.[at] ?? 0);
    });
  };

  let x = relu(norm('bn1', conv('conv1', pixel)));
  for (const [layer, blocks] of [3, 4, 6, 3].entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${layer + 1}.${block}`;
      let out = relu(norm(`${name}.bn1`, conv(`${name}.conv1`, x)));
      out = relu(norm(`${name}.bn2`, conv(`${name}.conv2`, out)));
      out = norm(`${name}.bn3`, conv(`${name}.conv3`, out));
      const identity =
        block === 0 ? norm(`${name}.downsample.1`, conv(`${name}.downsample.0`, x)) : x;
      x = relu(out.map((value, at) => value + (identity[at] ?? 0)));
    }
  }
  const bias = tensor('fc.bias').values;
  return conv('fc', x).map((value, at) => value + (bias[at] ?? 0));
};
