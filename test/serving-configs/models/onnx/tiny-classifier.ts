import type { OnnxGraph } from '../../../../serving-configs/models/onnx/messages.ts';

const CLASSES = 1000;

/**
 * A classifier of four nodes: the mean of each channel, times a matrix. Each class weights the channels differently, so its answer shows
 * if the colours have another order or the values another normalisation.
 */
export const tinyClassifier: OnnxGraph = {
  name: 'tiny',
  input: { name: 'pixels', shape: ['N', 3, 'height', 'width'] },
  output: { name: 'scores', shape: ['N', CLASSES] },
  nodes: [
    { op: 'Relu', inputs: ['pixels'], output: 'positive' },
    { op: 'GlobalAveragePool', inputs: ['positive'], output: 'means' },
    { op: 'Flatten', inputs: ['means'], output: 'features', attributes: { axis: 1 } },
    { op: 'Gemm', inputs: ['features', 'matrix'], output: 'scores' },
  ],
  constants: [
    {
      name: 'matrix',
      shape: [3, CLASSES],
      values: Float32Array.from({ length: 3 * CLASSES }, (_, at) => Math.sin(at) * 3),
    },
  ],
  metadata: { trained: 'false' },
};
