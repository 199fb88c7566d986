import { IMAGENET_CLASSES, resnet50 } from '../input/classifier.ts';
import { createNodes } from '../onnx/create-nodes.ts';
import type { OnnxConstant, OnnxGraph } from '../onnx/messages.ts';
import type { FloatTensor } from '../torch-file/read-state-dict.ts';
import { takeTensors, type TakeTensor } from '../torch-file/take-tensors.ts';
import { takeFolded } from '../torch-file/take-folded.ts';

/**
 * The stages of EfficientNet-B0 (Tan and Le, "EfficientNet", 2019, table 1), which Lite0 shares: the factor by which a block widens its
 * input, the channels, the number of blocks, the stride of the first block, and the size of the depthwise kernel.
 */
const STAGES = [
  { widen: 1, channels: 16, blocks: 1, stride: 1, kernel: 3 },
  { widen: 6, channels: 24, blocks: 2, stride: 2, kernel: 3 },
  { widen: 6, channels: 40, blocks: 2, stride: 2, kernel: 5 },
  { widen: 6, channels: 80, blocks: 3, stride: 2, kernel: 3 },
  { widen: 6, channels: 112, blocks: 3, stride: 1, kernel: 5 },
  { widen: 6, channels: 192, blocks: 4, stride: 2, kernel: 5 },
  { widen: 6, channels: 320, blocks: 1, stride: 1, kernel: 3 },
] as const;
const STEM_CHANNELS = 32;
const HEAD_CHANNELS = 1280;

/** The epsilon of batch norm in this network. */
const EPSILON = 1e-3;
/** The input of the network is (byte − 127) / 128. */
const NETWORK_MEAN = 127;
const NETWORK_SCALE = 128;

/** The "SAME" padding of TensorFlow, with which the weights were trained: an odd pixel is added at the end. */
const samePads = (size: number, kernel: number, stride: number): readonly [number, number] => {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
};

interface FeatureMap {
  readonly name: string;
  readonly channels: number;
  /** The height, which is also the width. */
  readonly size: number;
}

interface ConvolutionLayer {
  /** The name of the batch norm after the convolution. */
  readonly norm: string;
  readonly channels: number;
  readonly kernel?: number;
  readonly stride?: number;
  readonly depthwise?: boolean;
  /** Whether a ReLU6 follows. */
  readonly activate?: boolean;
}

/** Collects the nodes and constants of a graph. */
const createGraph = (take: TakeTensor) => {
  const { nodes, apply, classify } = createNodes();
  const constants: OnnxConstant[] = [];

  const constant = (name: string, shape: readonly number[], values: Float32Array): string => {
    constants.push({ name, shape, values });
    return name;
  };
  const clip = ['clip.least', 'clip.most'].map((name, index) =>
    constant(name, [], Float32Array.of(6 * index)),
  );

  const conv = (name: string, from: FeatureMap, layer: ConvolutionLayer): FeatureMap => {
    const { norm, channels, kernel = 1, stride = 1, depthwise = false, activate = true } = layer;
    const shape = [channels, depthwise ? 1 : from.channels, kernel, kernel];
    const { weight, bias } = takeFolded(take, { conv: name, norm }, shape, EPSILON);
    const [before, behind] = samePads(from.size, kernel, stride);
    const output = apply(
      'Conv',
      name,
      [
        from.name,
        constant(`${name}.weight`, shape, weight),
        constant(`${name}.bias`, [channels], bias),
      ],
      {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [before, before, behind, behind],
        group: depthwise ? channels : 1,
      },
    );
    return {
      name: activate ? apply('Clip', `${name}.clip`, [output, ...clip]) : output,
      channels,
      size: Math.ceil(from.size / stride),
    };
  };

  return { nodes, constants, constant, apply, classify, conv };
};

type Graph = ReturnType<typeof createGraph>;

/** Converts images prepared for ResNet-50 to the scaling with which the network was trained. */
const addScaling = ({ apply, constant }: Graph): FeatureMap => {
  const { height, scale, mean: means, deviation: deviations } = resnet50.images.NCHW;
  const unit = 1 / scale;
  const factors = Float32Array.from(deviations, (deviation) => (unit * deviation) / NETWORK_SCALE);
  const summands = Float32Array.from(means, (mean) => (unit * mean - NETWORK_MEAN) / NETWORK_SCALE);
  const scaled = apply('Mul', 'scaled', ['input', constant('own.scale', [3, 1, 1], factors)]);
  const shifted = apply('Add', 'shifted', [scaled, constant('own.shift', [3, 1, 1], summands)]);
  return { name: shifted, channels: 3, size: height };
};

/** Adds a block, which widens its input, convolves each channel, and narrows the result. */
const addBlock = (
  { apply, conv }: Graph,
  name: string,
  input: FeatureMap,
  { widen, channels, stride, kernel }: Omit<(typeof STAGES)[number], 'blocks'>,
): FeatureMap => {
  const wide = input.channels * widen;
  const widened =
    widen === 1
      ? input
      : conv(`${name}._expand_conv`, input, { norm: `${name}._bn0`, channels: wide });
  const spatial = conv(`${name}._depthwise_conv`, widened, {
    norm: `${name}._bn1`,
    channels: wide,
    kernel,
    stride,
    depthwise: true,
  });
  const narrowed = conv(`${name}._project_conv`, spatial, {
    norm: `${name}._bn2`,
    channels,
    activate: false,
  });
  const hasSkip = narrowed.size === input.size && narrowed.channels === input.channels;
  return hasSkip
    ? { ...narrowed, name: apply('Add', `${name}.sum`, [input.name, narrowed.name]) }
    : narrowed;
};

/**
 * EfficientNet-Lite0 as a graph that computes logits from images prepared for ResNet-50. Its first nodes convert them to the scaling with
 * which it was trained, and batch norm is folded into the convolutions. Images of another size work too, with the padding for
 * ResNet-50's size.
 * @param weights - The tensors, by their names in the `state_dict()` of the PyTorch port.
 * @param metadata - The metadata of the ONNX file.
 * @throws OtherWeights if a tensor is missing or has another shape, or there is an unknown tensor.
 */
export const lite0Graph = (
  weights: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>>,
): OnnxGraph => {
  const { take, assertNoOthers } = takeTensors(weights, 'EfficientNet-Lite0');
  const graph = createGraph(take);
  const { nodes, constants, constant, classify, conv } = graph;

  let x = conv('_conv_stem', addScaling(graph), {
    norm: '_bn0',
    channels: STEM_CHANNELS,
    kernel: 3,
    stride: 2,
  });
  let index = 0;
  for (const { blocks, ...stage } of STAGES) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? stage.stride : 1;
      x = addBlock(graph, `_blocks.${index}`, x, { ...stage, stride });
      index += 1;
    }
  }
  x = conv('_conv_head', x, { norm: '_bn1', channels: HEAD_CHANNELS });
  const shape = [IMAGENET_CLASSES, HEAD_CHANNELS];
  classify(
    x.name,
    constant('_fc.weight', shape, take('_fc.weight', shape)),
    constant('_fc.bias', [IMAGENET_CLASSES], take('_fc.bias', [IMAGENET_CLASSES])),
  );
  assertNoOthers();
  return {
    name: 'efficientnet-lite0',
    input: { name: 'input', shape: ['N', 3, 'height', 'width'] },
    output: { name: 'logits', shape: ['N', IMAGENET_CLASSES] },
    nodes,
    constants,
    metadata,
  };
};
