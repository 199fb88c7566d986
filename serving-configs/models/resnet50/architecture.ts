import { IMAGENET_CLASSES } from '../input/classifier.ts';
import { createNodes } from '../onnx/create-nodes.ts';
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

interface Features {
  readonly name: string;
  readonly channels: number;
}

interface Layer {
  readonly channels: number;
  readonly size?: number;
  readonly stride?: number;
  readonly gain?: number;
}

/** Collects the nodes and weights of a graph. */
const createGraph = () => {
  const { nodes, apply, classify } = createNodes();
  const weights: WeightTensor[] = [];

  const weight = (name: string, shape: readonly number[], deviation: number): string => {
    weights.push({ name, shape, deviation });
    return name;
  };
  const conv = (name: string, from: Features, layer: Layer): Features => {
    const { channels, size = 1, stride = 1, gain = GAIN_BEFORE_RELU } = layer;
    const fanIn = from.channels * size * size;
    const shape = [channels, from.channels, size, size];
    const inputs = [
      from.name,
      weight(`${name}.weight`, shape, gain / Math.sqrt(fanIn)),
      weight(`${name}.bias`, [channels], 0),
    ];
    apply('Conv', name, inputs, {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: Array.from({ length: 4 }, () => (size - 1) / 2),
    });
    return { name, channels };
  };
  const relu = ({ name, channels }: Features): Features => ({
    name: apply('Relu', `${name}.relu`, [name]),
    channels,
  });
  return { nodes, weights, weight, apply, classify, conv, relu };
};

/** Adds a block. The first block of a stage has a convolution in its skip connection. */
const addBlock = (
  { apply, conv, relu }: ReturnType<typeof createGraph>,
  name: string,
  input: Features,
  { width, stride, isFirst }: { width: number; stride: number; isFirst: boolean },
): Features => {
  const channels = width * EXPANSION;
  const reduced = relu(conv(`${name}.reduce`, input, { channels: width }));
  const spatial = relu(conv(`${name}.spatial`, reduced, { channels: width, size: 3, stride }));
  const branch = conv(`${name}.expand`, spatial, { channels, gain: GAIN_BEFORE_SUM });
  const skip = isFirst
    ? conv(`${name}.skip`, input, { channels, stride, gain: GAIN_BEFORE_SUM })
    : input;
  return relu({ name: apply('Add', `${name}.sum`, [branch.name, skip.name]), channels });
};

/**
 * ResNet-50 v1.5, which computes `logits` from `input` in NCHW layout. The 3×3 convolution in the first block of a stage has its stride,
 * as in torchvision. Batch norm is folded into the convolutions, as inference engines do.
 */
export const resnet50 = (): Architecture => {
  const graph = createGraph();
  const { nodes, weights, weight, apply, classify, conv, relu } = graph;

  const stem = relu(
    conv('stem', { name: 'input', channels: 3 }, { channels: 64, size: 7, stride: 2 }),
  );
  const pooling = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
  let x: Features = { ...stem, name: apply('MaxPool', 'pool', [stem.name], pooling) };
  for (const [stage, { blocks, width }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const isFirst = block === 0;
      const stride = stage > 0 && isFirst ? 2 : 1;
      const name = `stage${stage + 1}.block${block + 1}`;
      x = addBlock(graph, name, x, { width, stride, isFirst });
    }
  }
  const deviation = GAIN_OF_LOGITS / Math.sqrt(x.channels);
  classify(
    x.name,
    weight('classes.weight', [IMAGENET_CLASSES, x.channels], deviation),
    weight('classes.bias', [IMAGENET_CLASSES], 0),
  );
  return { nodes, weights };
};
