import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { manifestOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';
import { usersModelRead } from '../../serving-configs/runtimes/docker/container-models.ts';
import { describeNamedTensors } from '../real/support/named-tensors.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import { listContainers, startContainer } from './container-target.ts';

const run = promisify(execFile);
const newFolder = useTemporaryFolders();
const WRITER = path.join(import.meta.dirname, 'support', 'mixed_model.py');

/** The model of mixed tensors, written by the framework in the image of a serving. */
const writtenBy = async (serving: ServingName, format: string, file: string): Promise<string> => {
  const { image } = (await listContainers()).servings.find((one) => one.serving === serving) ?? {};
  const folder = newFolder();
  await run('docker', [
    'run',
    '--rm',
    '--network',
    'none',
    '--user',
    '0',
    '--entrypoint',
    'python3',
    '--mount',
    `type=bind,source=${folder},target=/out`,
    '--mount',
    `type=bind,source=${WRITER},target=/writer.py,readonly`,
    image ?? '',
    '/writer.py',
    format,
    `/out/${file}`,
  ]);
  return path.join(folder, file);
};

let others: TensorModel['others'];
beforeAll(async () => {
  others = {
    torchscript: await writtenBy('torchserve', 'torchscript', 'mixed.pt'),
    savedmodel: await writtenBy('tfserving', 'savedmodel', 'mixed'),
  };
}, 120_000);

const inContainer = (serving: ServingName, name: 'mixed' | 'halves'): void =>
  describeNamedTensors(
    serving,
    name,
    'onnx',
    (file) => startContainer(serving, '--tensor-model', file),
    () => others,
  );

const able = servingNames.filter((serving) => {
  const { rest, container } = manifestOf(serving);
  return (
    rest.tensors !== undefined && container !== undefined && usersModelRead(container) !== undefined
  );
});

for (const serving of able) inContainer(serving, 'mixed');

// One of each way to write them.
for (const serving of ['triton_onnx', 'mlserver', 'bentoml', 'flask'] as const) {
  inContainer(serving, 'halves');
}

describe('a container whose server reads another format than the model comes as', () => {
  it('does not start', async () => {
    const file = path.join(newFolder(), 'model.json');
    const example = { request: 'request', answer: 'answer' };
    const model = { name: 'mine', file: 'model.onnx', inputs: [], outputs: [], example };
    writeFileSync(file, JSON.stringify(model));

    await expect(startContainer('torchserve', '--tensor-model', file)).rejects.toThrow(
      /torchserve ended with 2 .*torchserve cannot serve mine: its container reads TorchScript/,
    );
  });
});
