import { manifestOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import { onnxFileIn } from '../../serving-configs/runtimes/docker/container-models.ts';
import { describeNamedTensors } from '../real/support/named-tensors.ts';
import { startContainer } from './container-target.ts';

const inContainer = (serving: ServingName, name: 'mixed' | 'halves'): void =>
  describeNamedTensors(serving, name, 'onnx', (file) =>
    startContainer(serving, '--tensor-model', file),
  );

const able = servingNames.filter((serving) => {
  const { rest, container } = manifestOf(serving);
  return (
    rest.tensors !== undefined && container !== undefined && onnxFileIn(container) !== undefined
  );
});

for (const serving of able) inContainer(serving, 'mixed');

// One of each way to write them.
for (const serving of ['triton_onnx', 'mlserver', 'bentoml', 'flask'] as const) {
  inContainer(serving, 'halves');
}

describe('a container whose server reads no ONNX file', () => {
  it('does not start with a model of the user', async () => {
    await expect(startContainer('torchserve', '--tensor-model', 'package.json')).rejects.toThrow(
      /torchserve ended with 2 .*takes no model of yours in its container/,
    );
  });
});
