import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ownManifestOf, RESNET50, type ServingName } from '../../index.ts';
import type { ContainerFacts } from '../../manifest.ts';
import type { ModelOrigin } from '../../models/model.ts';
import { readRecord, type BuildRecord } from '../../models/build/record.ts';
import type { ModelFormat } from '../../models/tensors/tensor-spec.ts';

/** The models that containers read, built by the setup or given by the user. */
export interface ContainerModels {
  /** The folder with one folder per platform. */
  readonly folder: string;
  /** The ONNX file that all models were made from; undefined if it is missing. */
  readonly onnx: string | undefined;
  /** Undefined if there is no build record. */
  readonly weights: BuildRecord['weights'] | undefined;
}

/** The ONNX file that the correct answers are computed with, relative to the folder of the build. */
export const ONNX_PART = 'onnx/nchw.onnx';

/** The folder in which the setup builds models. */
export const builtModelsFolder = (cacheFolder: string): string =>
  path.join(cacheFolder, 'docker', 'models');

/**
 * Finds the folder with one folder per platform.
 * @param folder - The folder that the setup or `npm run models` wrote, or the one to find.
 */
export const platformsFolderIn = (folder: string): string => {
  const servings = path.join(folder, 'servings');
  return existsSync(servings) ? servings : folder;
};

/** Finds the models in a folder, as for {@link platformsFolderIn}. */
export const readContainerModels = async (folder: string): Promise<ContainerModels> => {
  const platformsFolder = platformsFolderIn(folder);
  const buildFolder = platformsFolder === folder ? path.dirname(folder) : folder;
  const onnx = path.join(buildFolder, ONNX_PART);
  return {
    folder: platformsFolder,
    onnx: existsSync(onnx) ? onnx : undefined,
    weights: (await readRecord(buildFolder))?.weights,
  };
};

const FORMAT_OF_ENDING: Readonly<Record<string, ModelFormat>> = {
  '.onnx': 'onnx',
  '.pt': 'torchscript',
  '.pb': 'savedmodel',
};

/** The file or folder of a given model that a container reads. */
interface GivenModelPath {
  readonly format: ModelFormat;
  /** Relative to the folder of the platform. */
  readonly path: string;
}

/** Where a container expects a given model, and in which format; undefined if it cannot serve one. */
export const givenModelPath = ({
  models: { files, packs },
}: Pick<ContainerFacts, 'models'>): GivenModelPath | undefined => {
  const pack = packs?.given;
  const candidates = pack === undefined ? files : [`${pack.name}/${pack.model}`];
  for (const file of candidates) {
    const format = FORMAT_OF_ENDING[path.extname(file)];
    if (format !== undefined) {
      return { format, path: format === 'savedmodel' ? path.posix.dirname(file) : file };
    }
  }
  return undefined;
};

const FORMAT_NAMES: Readonly<Record<ModelFormat, string>> = {
  onnx: 'an ONNX file',
  torchscript: 'TorchScript',
  savedmodel: 'a SavedModel',
};

/** Why the container of a serving can never serve a model, and the format that would do; undefined if it can. */
export const problemWithModel = (
  serving: ServingName,
  model: ModelOrigin,
): { readonly reason: string; readonly needs?: ModelFormat } | undefined => {
  if (model.kind === 'built') return undefined;
  // Only the paths depend on the model, not the format.
  const needs = givenModelPath(ownManifestOf(serving, RESNET50).container)?.format;
  if (needs === undefined) return { reason: 'its container cannot serve your own model' };
  if (model.formats[needs] !== undefined) return undefined;
  const reason = `its container reads ${FORMAT_NAMES[needs]}, and the description names none: model.${needs}`;
  return { reason, needs };
};

/** The reason of {@link problemWithModel}. */
export const reasonAgainstModel = (serving: ServingName, model: ModelOrigin): string | undefined =>
  problemWithModel(serving, model)?.reason;

/** The model files that the container of a serving reads. */
export const modelFilesOf = (serving: ServingName, modelsFolder: string): readonly string[] => {
  const { folder, files } = ownManifestOf(serving, RESNET50).container.models;
  return files.map((file) => path.join(modelsFolder, folder, file));
};

/** Mode bits that a container needs, because its user is neither the owner nor in the group of the file. */
const READABLE = 0o004;
const READABLE_FOLDER = 0o005;

/** Finds the first file or folder that not everyone may read, in subfolders too. */
export const findUnreadable = (files: readonly string[]): string | undefined => {
  for (const file of files) {
    const status = statSync(file);
    const needed = status.isDirectory() ? READABLE_FOLDER : READABLE;
    if ((status.mode & needed) !== needed) return file;
    const names = status.isDirectory() ? readdirSync(file) : [];
    const unreadable = findUnreadable(names.map((name) => path.join(file, name)));
    if (unreadable !== undefined) return unreadable;
  }
  return undefined;
};

/** The model files of a serving that do not exist. */
export const missingModelFiles = (serving: ServingName, folder: string): readonly string[] =>
  modelFilesOf(serving, folder).filter((file) => !existsSync(file));
