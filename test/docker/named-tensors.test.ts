import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  manifestOf,
  RESNET50,
  servingNames,
  type ServingName,
} from '../../serving-configs/index.ts';
import type { GivenModel, GivenModelFile } from '../../serving-configs/models/model.ts';
import { givenModelPath } from '../../serving-configs/runtimes/docker/container-models.ts';
import { describeNamedTensors } from '../real/support/named-tensors.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { listContainers, startContainer } from './container-target.ts';

const run = promisify(execFile);
const WRITER = path.join(import.meta.dirname, 'support', 'named_model.py');

type Name = Parameters<typeof describeNamedTensors>[1];

/** Writes a model with the framework in the image of a serving, and returns its path. */
const writtenBy = async (
  serving: ServingName,
  name: Name,
  format: string,
  file: string,
): Promise<string> => {
  const { entries } = await listContainers();
  const { image } = entries.find((entry) => entry.serving === serving) ?? {};
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
    name,
    format,
    `/out/${file}`,
  ]);
  return path.join(folder, file);
};

const otherFormats: Partial<Record<Name, Omit<GivenModel['formats'], 'onnx'>>> = {};
beforeAll(async () => {
  for (const name of ['mixed', 'halves'] as const) {
    otherFormats[name] = {
      torchscript: await writtenBy('torchserve', name, 'torchscript', 'model.pt'),
      savedmodel: await writtenBy('tfserving', name, 'savedmodel', 'saved'),
    };
  }
});

const inContainer = (serving: ServingName, name: Name): void =>
  describeNamedTensors(
    serving,
    name,
    'onnx',
    (file) => startContainer(serving, '--model', file),
    () => otherFormats[name],
  );

const servings = servingNames.filter((serving) => {
  const { rest, container } = manifestOf(serving, RESNET50);
  return (
    rest.tensors !== undefined && container !== undefined && givenModelPath(container) !== undefined
  );
});

for (const serving of servings) inContainer(serving, 'mixed');

// The encodings of FP16 that test/real does not cover, and the other two formats of models.
for (const serving of ['bentoml', 'torchserve', 'tfserving'] as const) {
  inContainer(serving, 'halves');
}

// It limits the size of gRPC messages unless it is told otherwise, by a file of its image.
inContainer('mlserver', 'detector');

describe('a container whose server reads none of the formats of a model', () => {
  it('does not start', async () => {
    const file = path.join(newFolder(), 'model.json');
    const example = { request: 'request', answer: 'answer' };
    const tensors = { inputs: [], outputs: [] };
    const model = {
      kind: 'given' as const,
      name: 'mine',
      formats: { onnx: 'model.onnx' },
      ...tensors,
      example,
    };
    writeFileSync(file, JSON.stringify(model satisfies GivenModelFile));

    await expect(startContainer('torchserve', '--model', file)).rejects.toThrow(
      /^torchserve .*\b2\b.*"mine": .*TorchScript/s,
    );
  });
});
