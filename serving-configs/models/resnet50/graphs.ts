import type { Layout } from '../../manifest.ts';
import { CLASS_COUNT } from '../labels.ts';
import { resnet50, type WeightTensor } from './architecture.ts';
import type { OnnxConstant, OnnxGraph } from './onnx-file.ts';

/** What torchvision takes from and divides a picture in 0 to 1 by: red, green, blue. */
const TORCH_MEAN = [0.485, 0.456, 0.406] as const;
const TORCH_DEVIATION = [0.229, 0.224, 0.225] as const;
/** What Keras's "caffe" preprocessing takes from a picture in 0 to 255, by colour; its channels are blue, green, red. */
const KERAS_MEAN = [123.68, 116.779, 103.939] as const;

/** Bytes between the starts of tensors in the weights file are a multiple of this, so that it can be mapped. */
const ALIGNMENT_BYTES = 64;

export interface PlacedWeight extends WeightTensor {
  readonly offsetBytes: number;
  /** Number of values, each four bytes. */
  readonly length: number;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Where each tensor of the network lies in the one file that both graphs read. */
export const placeWeights = (weights: readonly WeightTensor[]): readonly PlacedWeight[] => {
  let offsetBytes = 0;
  return weights.map((weight) => {
    const length = sizeOf(weight.shape);
    const placed = { ...weight, offsetBytes, length };
    offsetBytes += Math.ceil((4 * length) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return placed;
  });
};

/**
 * A 1×1 convolution that turns blue, green, red as Keras normalises them into red, green, blue as torchvision does, so
 * that both graphs compute the same function of the same pixels.
 */
const kerasToTorch = (): { weight: Float32Array; bias: Float32Array } => {
  const weight = new Float32Array(9);
  const bias = new Float32Array(3);
  for (let colour = 0; colour < 3; colour++) {
    const deviation = TORCH_DEVIATION[colour] ?? 1;
    weight[colour * 3 + (2 - colour)] = 1 / (255 * deviation);
    bias[colour] = ((KERAS_MEAN[colour] ?? 0) / 255 - (TORCH_MEAN[colour] ?? 0)) / deviation;
  }
  return { weight, bias };
};

/**
 * The network as a graph for one layout. Height and width are free; the batch is 1.
 * - `NCHW` takes what torchvision's preprocessing gives, `NHWC` what Keras's gives; both answer logits.
 * @param weightsFile - Name of the weights file, which must lie beside the graph's.
 */
export const graphOf = (layout: Layout, weightsFile: string, seed: number): OnnxGraph => {
  const adapted = layout === 'NCHW' ? 'input' : 'input.torch';
  const { nodes, weights } = resnet50(adapted, 'logits');
  const { weight, bias } = kerasToTorch();
  const outside = placeWeights(weights).map(({ name, shape, offsetBytes }): OnnxConstant => ({
    name,
    shape,
    file: weightsFile,
    offsetBytes,
  }));
  const rest = {
    name: 'resnet50',
    output: { name: 'logits', shape: [1, CLASS_COUNT] },
    metadata: { trained: 'false', seed: String(seed), layout },
  };
  if (layout === 'NCHW') {
    const input = { name: 'input', shape: [1, 3, 'height', 'width'] };
    return { ...rest, input, nodes, constants: outside };
  }
  return {
    ...rest,
    input: { name: 'input', shape: [1, 'height', 'width', 3] },
    nodes: [
      {
        op: 'Transpose',
        inputs: ['input'],
        output: 'input.nchw',
        attributes: { perm: [0, 3, 1, 2] },
      },
      { op: 'Conv', inputs: ['input.nchw', 'adapt.weight', 'adapt.bias'], output: adapted },
      ...nodes,
    ],
    constants: [
      { name: 'adapt.weight', shape: [3, 3, 1, 1], values: weight },
      { name: 'adapt.bias', shape: [3], values: bias },
      ...outside,
    ],
  };
};
