import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startReal } from '../conformance/started-serving.ts';
import { userModel } from '../support/middleware-model.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { describeNamedTensors } from './support/named-tensors.ts';

// All servings that `npx serving-compare setup --without workers` installs and that can serve such a model.
for (const serving of [
  'triton_onnx',
  'kserve',
  'mlserver',
  'bentoml',
  'fastapi',
  'flask',
  'cortex',
  'mms',
  'mosec',
  'torchserve',
  'tfserving',
] as const) {
  describeNamedTensors(serving, 'mixed');
}

// Servers that limit the size of messages unless they are told otherwise; the others are in every-serving-named-tensors.test.ts.
for (const serving of ['kserve', 'mlserver', 'torchserve'] as const) {
  describeNamedTensors(serving, 'detector');
}

// One serving for each encoding of 16-bit floats.
for (const serving of ['triton_onnx', 'kserve', 'mlserver', 'flask', 'tfserving'] as const) {
  describeNamedTensors(serving, 'halves');
}

// The no-op backend of Triton is C++; all others share one in Python.
for (const serving of ['triton_onnx', 'flask'] as const) {
  describeNamedTensors(serving, 'mixed', 'noop');
}

describe('A serving whose packages lack the backend for its format', () => {
  it('does not start with a model of the user', async () => {
    const file = path.join(newFolder(), 'model.json');
    writeFileSync(file, JSON.stringify(userModel));

    await expect(startReal('triton_pytorch', '--model', file)).rejects.toThrow(
      /^triton_pytorch .*\b2\b.*triton_pytorch .*: /s,
    );
  });
});
