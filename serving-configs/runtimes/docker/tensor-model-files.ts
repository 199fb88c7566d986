import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ownManifestOf, type ServingName } from '../../index.ts';
import type { Accelerator, ContainerFacts } from '../../manifest.ts';
import { modelConfig } from '../../models/build/model-config.ts';
import { externalFilesOf } from '../../models/onnx/read-onnx.ts';
import { placedModel, renamed } from '../../models/tensors/placed-tensors.ts';
import { readTensors } from '../../models/tensors/tensor-body.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import { MODELS_FOLDER } from '../served-model.ts';
import { fillIn } from '../venv/placeholders.ts';
import { usersModelRead } from './container-models.ts';

/** What a container is given of a user's model, beside the folder of the platform in the folder that was written. */
interface TensorModelFiles {
  /** Files of this machine by their absolute paths inside the container. */
  readonly mounts: Readonly<Record<string, string>>;
  /** With the paths that its files have inside the container. */
  readonly tensorModel: TensorModel;
}

/** The files and folders of a model in the format that a container reads, by their places below the folder of the platform. */
const filesOf = async (
  container: ContainerFacts,
  { file, others = {} }: TensorModel,
): Promise<{ readonly place: string; readonly files: Readonly<Record<string, string>> }> => {
  const { format, place } = usersModelRead(container) ?? { format: 'onnx', place: '' };
  if (format !== 'onnx') return { place, files: { [place]: others[format] ?? '' } };
  const beside = await externalFilesOf(file);
  const placeOf = (one: string): string =>
    path.posix.join(path.posix.dirname(place), path.relative(path.dirname(file), one));
  return {
    place,
    files: { [place]: file, ...Object.fromEntries(beside.map((one) => [placeOf(one), one])) },
  };
};

/**
 * Writes what a container reads of a user's model. The model itself stays where it is, and is mounted: it may be large.
 *
 * @param to - The folder with the models of all platforms.
 * @throws UnusableOnnx where the model cannot be read.
 */
export const writeTensorModelFiles = async (
  to: string,
  serving: ServingName,
  tensorModel: TensorModel,
  platformFolder: string,
  accelerator: Accelerator,
): Promise<TensorModelFiles> => {
  const { model: ours } = ownManifestOf(serving);
  const { model, container } = ownManifestOf(serving, tensorModel.name);
  const { folder, packed, usersPacked = packed, files, templates = {} } = container.models;
  const mounts: Record<string, string> = {};
  const write = async (inside: string, content: string | Uint8Array): Promise<string> => {
    const file = path.join(to, inside);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  const put = (inside: string, content: string | Uint8Array): Promise<string> =>
    write(path.join(folder, inside), content);

  const given = await filesOf(container, tensorModel);
  for (const [place, file] of Object.entries(given.files)) {
    // What is mounted there needs a place in the folder, which is read-only then.
    if ((await stat(file)).isDirectory()) {
      await mkdir(path.join(to, folder, place), { recursive: true });
    } else await put(place, '');
    mounts[path.posix.join(MODELS_FOLDER, place)] = file;
  }
  for (const [name, source] of Object.entries(usersPacked?.files ?? {})) {
    const text = await readFile(path.join(platformFolder, source), 'utf8');
    await put(path.join(usersPacked?.name ?? '', name), text.replaceAll(ours.name, model.name));
  }
  const request = await readFile(tensorModel.example.request);
  await put('example/request', request);
  await put('example/answer', await readFile(tensorModel.example.answer));
  const config = files.find((file) => path.basename(file) === 'config.pbtxt');
  if (config !== undefined) {
    const { inputs, outputs } = placedModel(model, tensorModel);
    const example = renamed(readTensors(request, 'inputs').tensors, tensorModel.inputs, inputs);
    await put(config, modelConfig(model, given.place, accelerator, { inputs, outputs, example }));
    for (const [at, { bytes }] of example.entries()) {
      await put(path.join(path.dirname(config), 'warmup', String(at)), bytes);
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
