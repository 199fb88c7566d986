import { startReal } from '../conformance/started-serving.ts';
import { describeNamedTensors } from './support/named-tensors.ts';

/** All that `npx serving-compare setup --without workers` installs and that takes such a model. */
for (const serving of [
  'triton_onnx',
  'kserve',
  'mlserver',
  'bentoml',
  'flask',
  'cortex',
  'mms',
  'torchserve',
  'tfserving',
] as const) {
  describeNamedTensors(serving, 'mixed');
}

// One of each way to write them.
for (const serving of ['triton_onnx', 'kserve', 'mlserver', 'flask', 'tfserving'] as const) {
  describeNamedTensors(serving, 'halves');
}

// A few lines of C++, and what all others have.
for (const serving of ['triton_onnx', 'flask'] as const) {
  describeNamedTensors(serving, 'mixed', 'noop');
}

describe('a serving whose packages compute only ONNX, with a model of another format', () => {
  it('does not start with a model of the user', async () => {
    await expect(startReal('triton_pytorch', '--tensor-model', 'package.json')).rejects.toThrow(
      /triton_pytorch ended with 2 .*triton_pytorch cannot run from packages: no package contains its backend/,
    );
  });
});
