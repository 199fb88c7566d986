import type { Layout } from '../../manifest.ts';
import { IMAGENET_CLASSES, resnet50Inputs } from '../input/classifier.ts';
import { frontOf } from '../onnx/front.ts';
import type { OnnxConstant, OnnxGraph } from '../onnx/messages.ts';
import { sizeOfShape } from '../tensors/tensor-model.ts';
import { resnet50, type WeightTensor } from './architecture.ts';

/** Tensors in the weights file start at multiples of this, so that the file can be mapped into memory. */
const ALIGNMENT_BYTES = 64;

export interface PlacedWeight extends WeightTensor {
  readonly offsetBytes: number;
  /** The number of values, with four bytes each. */
  readonly length: number;
}

/** Places the tensors in the weights file that the graphs of both layouts read. */
export const placeWeights = (weights: readonly WeightTensor[]): readonly PlacedWeight[] => {
  let offsetBytes = 0;
  return weights.map((weight) => {
    const length = sizeOfShape(weight.shape);
    const placed = { ...weight, offsetBytes, length };
    offsetBytes += Math.ceil((4 * length) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return placed;
  });
};

/**
 * The network as a graph for one layout, with a batch of 1 and any height and width. From the same pixels, prepared as ResNet-50's
 * description says for each layout, both graphs compute the same logits.
 * @param weightsFile - The name of the weights file, which must lie beside the file of the graph.
 * @param facts - Facts about the weights, for the metadata of the file.
 */
export const graphOf = (
  layout: Layout,
  weightsFile: string,
  facts: Readonly<Record<string, string>>,
): OnnxGraph => {
  const adapted = layout === 'NCHW' ? 'input' : 'input.torch';
  const { nodes, weights } = resnet50(adapted, 'logits');
  const externalWeights = placeWeights(weights).map(
    ({ name, shape, offsetBytes }): OnnxConstant => ({
      name,
      shape,
      file: weightsFile,
      offsetBytes,
    }),
  );
  const rest = {
    name: 'resnet50',
    output: { name: 'logits', shape: [1, IMAGENET_CLASSES] },
    metadata: { ...facts, layout },
  };
  if (layout === 'NCHW') {
    const input = { name: 'input', shape: [1, 3, 'height', 'width'] };
    return { ...rest, input, nodes, constants: externalWeights };
  }
  const front = frontOf(resnet50Inputs, layout, 'input', adapted);
  return {
    ...rest,
    input: { name: 'input', shape: [1, 'height', 'width', 3] },
    nodes: [...front.nodes, ...nodes],
    constants: [...front.constants, ...externalWeights],
  };
};
