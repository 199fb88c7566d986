import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { modelNamed, ownManifestOf, type ServingName } from '../../index.ts';
import type { Accelerator, ContainerFacts } from '../../manifest.ts';
import { modelConfig } from '../../models/build/model-config.ts';
import { externalFilesOf } from '../../models/onnx/read-onnx.ts';
import { numberedModel, renamed } from '../../models/tensors/numbered-tensors.ts';
import { readTensors } from '../../models/tensors/tensor-body.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import { MODELS_FOLDER } from '../served-model.ts';
import { fillIn } from '../venv/placeholders.ts';
import { userModelPath } from './container-models.ts';

/** What a container needs for a user's model, in addition to the written folder. */
interface TensorModelFiles {
  /** Files of this machine to mount, by their absolute paths in the container. */
  readonly mounts: Readonly<Record<string, string>>;
  /** The model with the paths of its files in the container. */
  readonly tensorModel: TensorModel;
}

/**
 * Finds the files of a model in the format that a container reads.
 * @returns the main path of the model, and all files by their paths; both relative to the folder of the platform.
 */
const modelFiles = async (
  container: ContainerFacts,
  { file, otherFormats = {} }: TensorModel,
): Promise<{ readonly main: string; readonly files: Readonly<Record<string, string>> }> => {
  const { format, path: main } = userModelPath(container) ?? { format: 'onnx', path: '' };
  if (format !== 'onnx') return { main, files: { [main]: otherFormats[format] ?? '' } };
  const files: Record<string, string> = { [main]: file };
  for (const external of await externalFilesOf(file)) {
    const relative = path.relative(path.dirname(file), external);
    files[path.posix.join(path.posix.dirname(main), relative)] = external;
  }
  return { main, files };
};

/** Lets everyone read a folder, because the user inside a container differs from ours. */
const makeReadable = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    await (entry.isDirectory() ? makeReadable(file) : chmod(file, 0o644));
  }
};

/**
 * Writes the files that a container needs for a user's model. The model itself may be large, so it is mounted, not copied.
 *
 * @param modelsFolder - The folder with the models of all platforms, which is replaced.
 * @throws UnusableOnnx if the model cannot be read.
 */
export const writeTensorModelFiles = async (
  modelsFolder: string,
  serving: ServingName,
  tensorModel: TensorModel,
  platformFolder: string,
  accelerator: Accelerator,
): Promise<TensorModelFiles> => {
  const { model: ours } = ownManifestOf(serving);
  const { model, container } = ownManifestOf(serving, modelNamed(tensorModel.name));
  const { folder, packed, usersPacked = packed, files, templates = {} } = container.models;
  const mounts: Record<string, string> = {};
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const file = path.join(modelsFolder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  const writeForPlatform = (name: string, content: string | Uint8Array): Promise<string> =>
    write(path.join(folder, name), content);

  await rm(modelsFolder, { recursive: true, force: true });
  const { main, files: mounted } = await modelFiles(container, tensorModel);
  for (const [name, file] of Object.entries(mounted)) {
    // The folder is mounted read-only, so a mount point must exist in it.
    if ((await stat(file)).isDirectory()) {
      await mkdir(path.join(modelsFolder, folder, name), { recursive: true });
    } else {
      await writeForPlatform(name, '');
    }
    mounts[path.posix.join(MODELS_FOLDER, name)] = file;
  }
  for (const [name, source] of Object.entries(usersPacked?.files ?? {})) {
    const text = await readFile(path.join(platformFolder, source), 'utf8');
    const packedName = path.join(usersPacked?.name ?? '', name);
    await writeForPlatform(packedName, text.replaceAll(ours.name, model.name));
  }
  const request = await readFile(tensorModel.example.request);
  await writeForPlatform('example/request', request);
  await writeForPlatform('example/answer', await readFile(tensorModel.example.answer));
  const config = files.find((file) => path.basename(file) === 'config.pbtxt');
  if (config !== undefined) {
    const { inputs, outputs } = numberedModel(model, tensorModel);
    const example = renamed(readTensors(request, 'inputs').tensors, tensorModel.inputs, inputs);
    const tensors = { inputs, outputs, example };
    await writeForPlatform(config, modelConfig(model, main, accelerator, tensors));
    for (const [index, { bytes }] of example.entries()) {
      await writeForPlatform(path.join(path.dirname(config), 'warmup', String(index)), bytes);
    }
  }
  const values = {
    model: model.name,
    inputs: JSON.stringify(tensorModel.inputs),
    outputs: JSON.stringify(tensorModel.outputs),
  };
  for (const [template, target] of Object.entries(templates)) {
    const text = await readFile(path.join(platformFolder, template), 'utf8');
    mounts[target] = await write(path.join('templates', template), fillIn(text, values));
  }
  await makeReadable(modelsFolder);
  return {
    mounts,
    tensorModel: {
      ...tensorModel,
      example: {
        request: `${MODELS_FOLDER}/example/request`,
        answer: `${MODELS_FOLDER}/example/answer`,
      },
    },
  };
};
