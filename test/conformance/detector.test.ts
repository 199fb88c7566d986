import { describeNamedTensors } from '../real/support/named-tensors.ts';
import { startReference } from './started-serving.ts';

// One serving per gRPC API, because the simulated server is the same program for all.
for (const serving of ['kserve', 'tfserving', 'torchserve'] as const) {
  describeNamedTensors(serving, 'detector', 'onnx', (description) =>
    startReference(serving, '--engine', 'onnx', '--tensor-model', description),
  );
}
