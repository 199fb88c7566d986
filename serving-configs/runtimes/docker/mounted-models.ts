import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ownManifestOf, RESNET50, servingTitle, type ServingName } from '../../index.ts';
import type { Accelerator, ContainerFacts, OwnManifest } from '../../manifest.ts';
import { modelConfig } from '../../models/build/model-config.ts';
import {
  manifestModelOf,
  type BuiltModel,
  type GivenModel,
  type Model,
} from '../../models/model.ts';
import { externalFilesOf } from '../../models/onnx/read-onnx.ts';
import { renamed, servedModelOf } from '../../models/served-model.ts';
import { readTensors } from '../../models/tensors/tensor-body.ts';
import { shellWord } from '../../options/shell-word.ts';
import { UsageError } from '../../options/usage-error.ts';
import { containerProbe, probeWith, type ModelProbe } from '../ready.ts';
import { MODELS_FOLDER } from '../served-model.ts';
import { settingValues, SINGLE, type Settings } from '../../settings.ts';
import { type PlaceholderValues, writeFiles } from '../venv/placeholders.ts';
import type { ContainerSetup } from './docker-arguments.ts';
import {
  findUnreadable,
  givenModelPath,
  missingModelFiles,
  modelFilesOf,
  reasonAgainstModel,
} from './container-models.ts';

/**
 * @param folder - The folder that the hint makes readable; by default, only the unreadable file.
 * @throws UsageError if the user of the image cannot read a file of a model.
 */
const assertReadable = (title: string, files: readonly string[], folder?: string): void => {
  const unreadable = findUnreadable(files);
  if (unreadable === undefined) return;
  throw new UsageError(
    `${title} runs as another user in its container and cannot read its model: ${unreadable}`,
    `chmod -R a+rX ${shellWord(folder ?? unreadable)}`,
  );
};

/** A container that serves a model. */
interface ServingContainer {
  /** The manifest for the model. */
  readonly manifest: OwnManifest;
  /** The probe that tells when the model is ready. */
  readonly probe: ModelProbe;
}

/** The container of a serving that serves a model. */
export const containerFor = async (
  serving: ServingName,
  model: Model,
  settings: Settings = SINGLE,
): Promise<ServingContainer> => {
  const manifest = ownManifestOf(serving, manifestModelOf(model));
  return { manifest, probe: await probeWith(containerProbe(manifest), model, settings) };
};

/** What a container mounts. */
type Mounted = Pick<ContainerSetup, 'modelsFolder' | 'mounts' | 'model'>;

/** A container and the model that it shall serve. */
interface ModelToMount<Kind = Model> {
  readonly serving: ServingName;
  readonly accelerator: Accelerator;
  readonly settings: Settings;
  readonly model: Kind;
}

/**
 * Finds the files of a model in the format that a container reads.
 * @returns the main path of the model, and all files by their paths; both relative to the folder of the platform.
 */
const modelFiles = async (
  container: ContainerFacts,
  { formats }: GivenModel,
): Promise<{ readonly main: string; readonly files: Readonly<Record<string, string>> }> => {
  const { format, path: main } = givenModelPath(container) ?? { format: 'onnx', path: '' };
  const { onnx } = formats;
  if (format !== 'onnx') return { main, files: { [main]: formats[format] ?? '' } };
  const files: Record<string, string> = { [main]: onnx };
  for (const external of await externalFilesOf(onnx)) {
    const relative = path.relative(path.dirname(onnx), external);
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
 * Writes files of a platform into a folder, filled in and with the names that they have in the container.
 * @param targets - Their absolute paths in the container, by those in the platform's folder.
 * @returns what to mount
 */
const writeMounted = async (
  targets: Readonly<Record<string, string>> = {},
  platformFolder: string,
  folder: string,
  values: PlaceholderValues,
): Promise<Readonly<Record<string, string>>> => {
  const files = Object.entries(targets).map(
    ([source, target]) => ({ source, target, name: path.basename(target) }) as const,
  );
  const sources = Object.fromEntries(files.map(({ name, source }) => [name, source]));
  await writeFiles(sources, platformFolder, folder, values);
  return Object.fromEntries(files.map(({ target, name }) => [target, path.join(folder, name)]));
};

/**
 * Writes the files that a container needs for a given model. The model itself may be large, so it is mounted, not copied.
 *
 * @param modelsFolder - The folder with the models of all platforms, which is replaced.
 * @throws UnusableOnnx if the model cannot be read.
 */
const mountGiven = async (
  { serving, accelerator, settings, model }: ModelToMount<GivenModel>,
  platformFolder: string,
  modelsFolder: string,
): Promise<Mounted> => {
  const { model: ours } = ownManifestOf(serving, RESNET50);
  const { model: contract, container } = ownManifestOf(serving, manifestModelOf(model));
  const { folder, packs, files, templates } = container.models;
  const pack = packs?.given;
  const mounts: Record<string, string> = {};
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const file = path.join(modelsFolder, folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  };

  await rm(modelsFolder, { recursive: true, force: true });
  const { main, files: mounted } = await modelFiles(container, model);
  for (const [name, file] of Object.entries(mounted)) {
    // The folder is mounted read-only, so a mount point must exist in it.
    if ((await stat(file)).isDirectory()) {
      await mkdir(path.join(modelsFolder, folder, name), { recursive: true });
    } else {
      await write(name, '');
    }
    mounts[path.posix.join(MODELS_FOLDER, name)] = file;
  }
  for (const [name, source] of Object.entries(pack?.files ?? {})) {
    const text = await readFile(path.join(platformFolder, source), 'utf8');
    const packedName = path.join(pack?.name ?? '', name);
    await write(packedName, text.replaceAll(ours.name, contract.name));
  }
  const request = await readFile(model.example.request);
  await write('example/request', request);
  await write('example/answer', await readFile(model.example.answer));
  const config = files.find((file) => path.basename(file) === 'config.pbtxt');
  if (config !== undefined) {
    const served = servedModelOf(contract, model);
    const example = renamed(readTensors(request, 'inputs').tensors, model.inputs, served.inputs);
    await write(config, modelConfig(served, main, { accelerator, settings, example }));
    for (const [index, { bytes }] of example.entries()) {
      await write(path.join(path.dirname(config), 'warmup', String(index)), bytes);
    }
  }
  const values = {
    model: contract.name,
    inputs: JSON.stringify(model.inputs),
    outputs: JSON.stringify(model.outputs),
    ...settingValues(settings),
  };
  Object.assign(mounts, await writeMounted(templates, platformFolder, modelsFolder, values));
  const example = {
    request: `${MODELS_FOLDER}/example/request`,
    answer: `${MODELS_FOLDER}/example/answer`,
  };
  return { modelsFolder, mounts, model: { ...model, example } };
};

/** @throws UsageError if the container cannot serve the model. */
const assertServable = (serving: ServingName, model: GivenModel): void => {
  const reason = reasonAgainstModel(serving, model);
  if (reason === undefined) return;
  throw new UsageError(
    `${serving} cannot serve the model "${model.name}": ${reason}`,
    '"npx serving-compare validate --model FILE.yaml" lists the servings that can',
  );
};

/** @throws UsageError if the model has not been built for the serving, or cannot be read. */
const assertBuilt = (serving: ServingName, { folder = '' }: BuiltModel): void => {
  const title = servingTitle(serving);
  const [missing] = missingModelFiles(serving, folder);
  if (missing === undefined) {
    assertReadable(title, modelFilesOf(serving, folder), folder);
    return;
  }
  throw new UsageError(
    `the model of ${title} does not exist: ${missing}`,
    `npx serving-compare setup --runtime docker --servings ${serving}`,
  );
};

/** Mounts a built model. The description of a model in a repository has the settings, in place of the one that was built. */
const mountBuilt = async (
  { serving, accelerator, settings, model }: ModelToMount<BuiltModel>,
  work: string,
): Promise<Mounted> => {
  const { model: contract, container } = ownManifestOf(serving, manifestModelOf(model));
  const { folder: modelsFolder = '' } = model;
  const { files } = container.models;
  const config = files.find((file) => path.basename(file) === 'config.pbtxt');
  const weights = files.find((file) => file !== config);
  if (config === undefined || weights === undefined) return { modelsFolder, model };
  const copy = path.join(work, path.basename(config));
  const served = servedModelOf(contract, model);
  await writeFile(copy, modelConfig(served, weights, { accelerator, settings }));
  return { modelsFolder, model, mounts: { [path.posix.join(MODELS_FOLDER, config)]: copy } };
};

/**
 * Writes the configuration of a container, and the files that a given model needs. A built model may be on another machine.
 *
 * @param work - The folder to write to; what it contains may be removed.
 * @throws UsageError if the container cannot serve the model.
 */
export const writeMounts = async (
  { serving, accelerator, settings, model }: ModelToMount,
  platformFolder: string,
  work: string,
): Promise<ServingContainer & Mounted> => {
  const { container, model: contract } = ownManifestOf(serving, manifestModelOf(model));
  await mkdir(work, { recursive: true });
  if (model.kind === 'given') assertServable(serving, model);
  const mounted =
    model.kind === 'built'
      ? await mountBuilt({ serving, accelerator, settings, model }, work)
      : await mountGiven({ serving, accelerator, settings, model }, platformFolder, work);
  const values = { model: contract.name, ...settingValues(settings) };
  const config = await writeMounted(container.config, platformFolder, work, values);
  await makeReadable(work);
  return {
    ...(await containerFor(serving, model, settings)),
    ...mounted,
    mounts: { ...mounted.mounts, ...config },
  };
};

/**
 * {@link writeMounts}, and checks that the container can read its model.
 *
 * @throws UsageError if the container cannot read a file or cannot serve the model.
 */
export const mountedModels = async (
  ...[container, platformFolder, work]: Parameters<typeof writeMounts>
): ReturnType<typeof writeMounts> => {
  const { serving, model } = container;
  if (model.kind === 'built') assertBuilt(serving, model);
  const mounted = await writeMounts(container, platformFolder, work);
  assertReadable(servingTitle(serving), Object.values(mounted.mounts ?? {}));
  return mounted;
};
