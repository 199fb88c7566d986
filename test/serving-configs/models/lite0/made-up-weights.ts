import type { FloatTensor } from '../../../../serving-configs/models/torch-file/read-state-dict.ts';

/** The blocks of EfficientNet-B0 from table 1 of the paper: input channels, factor, output channels, kernel. */
const BLOCKS: readonly (readonly [number, number, number, number])[] = [
  [32, 1, 16, 3],
  [16, 6, 24, 3],
  [24, 6, 24, 3],
  [24, 6, 40, 5],
  [40, 6, 40, 5],
  [40, 6, 80, 3],
  [80, 6, 80, 3],
  [80, 6, 80, 3],
  [80, 6, 112, 5],
  [112, 6, 112, 5],
  [112, 6, 112, 5],
  [112, 6, 192, 5],
  [192, 6, 192, 5],
  [192, 6, 192, 5],
  [192, 6, 192, 5],
  [192, 6, 320, 3],
];

/** Tensors with the names and shapes of the published weights, filled with a single value. */
export const madeUpWeights = (): Map<string, FloatTensor> => {
  const weights = new Map<string, FloatTensor>();
  const add = (name: string, ...shape: readonly number[]): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    weights.set(name, { shape, values: new Float32Array(length).fill(0.01) });
  };
  const layer = (conv: string, norm: string, ...shape: readonly [number, ...number[]]): void => {
    add(`${conv}.weight`, ...shape);
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) {
      add(`${norm}.${part}`, shape[0]);
    }
  };
  layer('_conv_stem', '_bn0', 32, 3, 3, 3);
  for (const [index, [from, factor, to, kernel]] of BLOCKS.entries()) {
    const name = `_blocks.${index}`;
    const wide = from * factor;
    if (factor > 1) layer(`${name}._expand_conv`, `${name}._bn0`, wide, from, 1, 1);
    layer(`${name}._depthwise_conv`, `${name}._bn1`, wide, 1, kernel, kernel);
    layer(`${name}._project_conv`, `${name}._bn2`, to, wide, 1, 1);
  }
  layer('_conv_head', '_bn1', 1280, 320, 1, 1);
  add('_fc.weight', 1000, 1280);
  add('_fc.bias', 1000);
  return weights;
};
