import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, ownManifestOf, type ServingName } from '../../index.ts';
import type { ContainerFacts } from '../../manifest.ts';
import { readMadeWeights, type BuildRecord } from '../../models/build/record.ts';
import type { ModelFormat } from '../../models/tensors/tensor-model.ts';

/** The models that containers read: made by the setup, or given by the user. */
export interface ContainerModels {
  /** With a folder for each platform. */
  readonly folder: string;
  /** The ONNX file that all of them were made from; undefined where it does not lie beside them. */
  readonly onnx: string | undefined;
  /** Undefined where no record is beside them. */
  readonly weights: BuildRecord['weights'] | undefined;
}

/** The ONNX file from which the correct answers are computed, below what was built. */
export const ONNX_PART = 'onnx/nchw.onnx';

/** Where the setup builds. */
export const builtModelsFolder = (cacheFolder: string): string =>
  path.join(cacheFolder, 'docker', 'models');

/**
 * The models of a folder: one that was built, or what lies below it in `servings/`.
 * @param folder What the setup or `npm run models` wrote.
 */
export const readContainerModels = async (folder: string): Promise<ContainerModels> => {
  const servings = path.join(folder, 'servings');
  const isBuilt = existsSync(servings);
  const above = isBuilt ? folder : path.dirname(folder);
  const onnx = path.join(above, ONNX_PART);
  return {
    folder: isBuilt ? servings : folder,
    onnx: existsSync(onnx) ? onnx : undefined,
    weights: await readMadeWeights(above),
  };
};

const FORMAT_OF_ENDING: Readonly<Record<string, ModelFormat>> = {
  '.onnx': 'onnx',
  '.pt': 'torchscript',
  '.pb': 'savedmodel',
};

/** A user's model as a container reads it. */
interface UsersModelRead {
  readonly format: ModelFormat;
  /** Its file or folder, below the folder of the platform. */
  readonly place: string;
}

/** What a container reads of a user's model; undefined where it reads nothing of it. */
export const usersModelRead = ({
  models: { files, packed, usersPacked = packed },
}: Pick<ContainerFacts, 'models'>): UsersModelRead | undefined => {
  const own = usersPacked === undefined ? files : [`${usersPacked.name}/${usersPacked.model}`];
  for (const file of own) {
    const format = FORMAT_OF_ENDING[path.extname(file)];
    if (format !== undefined) {
      return { format, place: format === 'savedmodel' ? path.posix.dirname(file) : file };
    }
  }
  return undefined;
};

const IN_WORDS: Readonly<Record<ModelFormat, string>> = {
  onnx: 'an ONNX file',
  torchscript: 'TorchScript',
  savedmodel: 'a SavedModel',
};

/** Why the container of a serving cannot serve a user's model that comes in some formats; undefined where it can. */
export const reasonAgainstModel = (
  serving: ServingName,
  formats: readonly ModelFormat[],
): string | undefined => {
  const { container } = manifestOf(serving);
  const format = container && usersModelRead(container)?.format;
  if (format === undefined) return 'its container reads no model of yours';
  return formats.includes(format)
    ? undefined
    : `its container reads ${IN_WORDS[format]}, and the description names none: model.${format}`;
};

/** What a serving reads. */
export const modelFilesOf = (serving: ServingName, folder: string): readonly string[] => {
  const { folder: own, files } = ownManifestOf(serving).container.models;
  return files.map((file) => path.join(folder, own, file));
};

/** Others than the owner read a file, as the user of a container is one. */
const EVERYONE_READS = 0o004;
const EVERYONE_ENTERS = 0o005;

/** The first of some files that not everyone may read, those in folders included. */
export const closedOf = (files: readonly string[]): string | undefined => {
  for (const file of files) {
    const status = statSync(file);
    const needed = status.isDirectory() ? EVERYONE_ENTERS : EVERYONE_READS;
    if ((status.mode & needed) !== needed) return file;
    const inside = status.isDirectory() ? readdirSync(file) : [];
    const closed = closedOf(inside.map((name) => path.join(file, name)));
    if (closed !== undefined) return closed;
  }
  return undefined;
};

/** What a serving reads and is not there. */
export const missingModelFiles = (serving: ServingName, folder: string): readonly string[] =>
  modelFilesOf(serving, folder).filter((file) => !existsSync(file));
