import { describeNamedTensors } from '../real/support/named-tensors.ts';
import { startReference } from './started-serving.ts';

// Two gRPC APIs, because the simulated server is the same program for all.
for (const serving of ['kserve', 'torchserve'] as const) {
  describeNamedTensors(serving, 'detector', 'onnx', (description) =>
    startReference(serving, '--engine', 'onnx', '--model', description),
  );
}
