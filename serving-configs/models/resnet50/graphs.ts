import type { Layout } from '../../manifest.ts';
import { IMAGENET_CLASSES, resnet50Inputs } from '../input/classifier.ts';
import { frontOf } from '../onnx/front.ts';
import type { OnnxConstant, OnnxGraph } from '../onnx/messages.ts';
import { resnet50, type WeightTensor } from './architecture.ts';

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
 * The network as a graph for one layout. Height and width are free; the batch is 1.
 * Both compute the same function of the same pixels, as the classifier's description prepares them for a layout, and answer logits.
 * @param weightsFile - Name of the weights file, which must lie beside the graph's.
 * @param facts - What the file says of the weights.
 */
export const graphOf = (
  layout: Layout,
  weightsFile: string,
  facts: Readonly<Record<string, string>>,
): OnnxGraph => {
  const adapted = layout === 'NCHW' ? 'input' : 'input.torch';
  const { nodes, weights } = resnet50(adapted, 'logits');
  const outside = placeWeights(weights).map(({ name, shape, offsetBytes }): OnnxConstant => ({
    name,
    shape,
    file: weightsFile,
    offsetBytes,
  }));
  const rest = {
    name: 'resnet50',
    output: { name: 'logits', shape: [1, IMAGENET_CLASSES] },
    metadata: { ...facts, layout },
  };
  if (layout === 'NCHW') {
    const input = { name: 'input', shape: [1, 3, 'height', 'width'] };
    return { ...rest, input, nodes, constants: outside };
  }
  const front = frontOf(resnet50Inputs, layout, 'input', adapted);
  return {
    ...rest,
    input: { name: 'input', shape: [1, 'height', 'width', 3] },
    nodes: [...front.nodes, ...nodes],
    constants: [...front.constants, ...outside],
  };
};
