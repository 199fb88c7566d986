import { IMAGENET_CLASSES } from '../input/classifier.ts';
import type { OnnxNode } from '../onnx/messages.ts';

/** A tensor of weights, and how random ones are drawn. */
export interface WeightTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The standard deviation of random values; 0 for biases. */
  readonly deviation: number;
}

interface Architecture {
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly WeightTensor[];
}

/** The number of blocks and of inner channels in the four stages (He et al., "Deep Residual Learning", 2015, table 1). */
const STAGES = [
  { blocks: 3, width: 64 },
  { blocks: 4, width: 128 },
  { blocks: 6, width: 256 },
  { blocks: 3, width: 512 },
] as const;
const EXPANSION = 4;

/**
 * Factors on 1/√(fan-in), the deviation at which a linear layer keeps the variance of its input. A layer before a ReLU needs √2 (He et
 * al., "Delving Deep into Rectifiers", 2015). The factor of the logits makes those of a photograph spread by about 3, so that neither
 * are all classes equally likely nor is one of them certain.
 */
const GAIN_BEFORE_RELU = Math.SQRT2;
const GAIN_BEFORE_SUM = 1;
const GAIN_OF_LOGITS = 32;

/**
 * ResNet-50 v1.5: the 3×3 convolution in the first block of a stage has its stride, as in torchvision. Batch norm is folded into the
 * convolutions, as inference engines do.
 * @param input - The name of the input, a tensor in NCHW layout.
 * @param output - The name of the logits.
 */
export const resnet50 = (input: string, output: string): Architecture => {
  const nodes: OnnxNode[] = [];
  const weights: WeightTensor[] = [];

  const weight = (name: string, shape: readonly number[], deviation: number): string => {
    weights.push({ name, shape, deviation });
    return name;
  };
  const apply = (
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
  ): string => {
    nodes.push({ op, inputs, output: name, attributes });
    return name;
  };
  const relu = (x: string): string => apply('Relu', `${x}.relu`, [x]);
  const conv = (
    name: string,
    x: string,
    from: number,
    to: number,
    { size = 1, stride = 1, gain = GAIN_BEFORE_RELU },
  ): string => {
    const fanIn = from * size * size;
    return apply(
      'Conv',
      name,
      [
        x,
        weight(`${name}.weight`, [to, from, size, size], gain / Math.sqrt(fanIn)),
        weight(`${name}.bias`, [to], 0),
      ],
      {
        kernel_shape: [size, size],
        strides: [stride, stride],
        pads: Array.from({ length: 4 }, () => (size - 1) / 2),
      },
    );
  };

  let x = relu(conv('stem', input, 3, 64, { size: 7, stride: 2 }));
  x = apply('MaxPool', 'pool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let channels = 64;
  for (const [stage, { blocks, width }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage + 1}.block${block + 1}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      let branch = relu(conv(`${name}.reduce`, x, channels, width, {}));
      branch = relu(conv(`${name}.spatial`, branch, width, width, { size: 3, stride }));
      branch = conv(`${name}.expand`, branch, width, width * EXPANSION, {
        gain: GAIN_BEFORE_SUM,
      });
      const skip =
        block === 0
          ? conv(`${name}.skip`, x, channels, width * EXPANSION, { stride, gain: GAIN_BEFORE_SUM })
          : x;
      x = relu(apply('Add', `${name}.sum`, [branch, skip]));
      channels = width * EXPANSION;
    }
  }
  x = apply('GlobalAveragePool', 'average', [x]);
  x = apply('Flatten', 'features', [x], { axis: 1 });
  apply(
    'Gemm',
    output,
    [
      x,
      weight('classes.weight', [IMAGENET_CLASSES, channels], GAIN_OF_LOGITS / Math.sqrt(channels)),
      weight('classes.bias', [IMAGENET_CLASSES], 0),
    ],
    { transB: 1 },
  );
  return { nodes, weights };
};
