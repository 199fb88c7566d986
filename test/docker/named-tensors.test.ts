import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import { onnxFileIn } from '../../serving-configs/runtimes/docker/container-models.ts';
import { describeNamedTensors } from '../real/support/named-tensors.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import { startContainer } from './container-target.ts';

const newFolder = useTemporaryFolders();

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
    const file = path.join(newFolder(), 'model.json');
    const example = { request: 'request', answer: 'answer' };
    const model = { name: 'mine', file: 'model.onnx', inputs: [], outputs: [], example };
    writeFileSync(file, JSON.stringify(model));

    await expect(startContainer('torchserve', '--tensor-model', file)).rejects.toThrow(
      /torchserve ended with 2 .*takes no model of yours in its container/,
    );
  });
});
