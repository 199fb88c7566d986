import type { Layout } from '../../serving-configs/manifest.ts';
import type { OnnxGraph } from '../../serving-configs/models/onnx/messages.ts';
import { bestClasses } from '../../serving-configs/models/best-classes.ts';
import { softmax } from '../../serving-configs/reference/scores.ts';
import { tinyClassifier } from '../serving-configs/models/onnx/tiny-classifier.ts';
import type { Scored } from './target.ts';

const CHANNELS = 3;
const CLASSES = 1000;

/** Unscaled pixels (NHWC) are so large that rounding errors would be visible after the exponential function. */
const SCALE: Readonly<Record<Layout, number>> = { NCHW: 3, NHWC: 0.1 };

/**
 * The weights of each class for the mean of each channel: positive and negative numbers, so different that the scores of the best classes
 * differ by more than rounding errors.
 */
const matrixFor = (layout: Layout): Float32Array =>
  Float32Array.from(
    { length: CHANNELS * CLASSES },
    (_, at) => (((at * at * 0.6180339887) % 1) * 2 - 1) * SCALE[layout],
  );

/** A network for a layout that takes no time, so that the tests measure the protocol. */
export const smallClassifier = (layout: Layout): OnnxGraph => {
  const graph: OnnxGraph = {
    ...tinyClassifier,
    constants: [{ name: 'matrix', shape: [CHANNELS, CLASSES], values: matrixFor(layout) }],
  };
  if (layout === 'NCHW') return graph;
  const [first, ...otherNodes] = graph.nodes;
  if (first === undefined) throw new Error('the network has no nodes');
  const transposed = { op: 'Transpose', inputs: ['image'], output: 'transposed' };
  return {
    ...graph,
    input: { name: 'image', shape: ['N', 'height', 'width', CHANNELS] },
    nodes: [
      { ...transposed, attributes: { perm: [0, 3, 1, 2] } },
      { ...first, inputs: [transposed.output] },
      ...otherNodes,
    ],
  };
};

/** The answer of that network to a tensor, computed without ONNX. */
export const smallAnswer = (tensor: Float32Array, layout: Layout): readonly Scored[] => {
  const area = tensor.length / CHANNELS;
  const matrix = matrixFor(layout);
  const means = Array.from({ length: CHANNELS }, (_, channel) => {
    let sum = 0;
    for (let pixel = 0; pixel < area; pixel += 1) {
      const at = layout === 'NCHW' ? channel * area + pixel : pixel * CHANNELS + channel;
      sum += Math.max(tensor[at] ?? 0, 0);
    }
    return sum / area;
  });
  const logits = Float32Array.from({ length: CLASSES }, (_, index) =>
    means.reduce((sum, mean, channel) => sum + mean * (matrix[channel * CLASSES + index] ?? 0), 0),
  );
  return bestClasses(softmax(logits));
};
