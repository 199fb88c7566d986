import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, type ServingName } from '../../index.ts';
import type { ContainerFacts } from '../../manifest.ts';
import { readMadeWeights, type BuildRecord } from '../../models/build/record.ts';

/** The models that containers read: made by the setup, or given by the user. */
export interface ContainerModels {
  /** With a folder for each platform. */
  readonly folder: string;
  /** What all of them were made from; undefined where it is not beside them. */
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

/**
 * The ONNX file that a container reads, below the folder of its platform; undefined where it reads a model of another format, and
 * so no model of a user's.
 */
export const onnxFileIn = ({
  models: { files, packed },
}: Pick<ContainerFacts, 'models'>): string | undefined =>
  (packed === undefined ? files : [`${packed.name}/${packed.model}`]).find((file) =>
    file.endsWith('.onnx'),
  );

/** What a serving reads. */
const modelFilesOf = (serving: ServingName, folder: string): readonly string[] => {
  const { folder: own = '', files = [] } = manifestOf(serving).container?.models ?? {};
  return files.map((file) => path.join(folder, own, file));
};

/** Who runs in a container is another user than the owner of a file. */
const EVERYONE_READS = 0o004;

/** The first of some files that not everyone may read. */
export const closedOf = (files: readonly string[]): string | undefined =>
  files.find((file) => (statSync(file).mode & EVERYONE_READS) === 0);

/** The first file that a serving reads and that not everyone may read. */
export const closedModelFile = (serving: ServingName, folder: string): string | undefined =>
  closedOf(modelFilesOf(serving, folder));

/** The same of the files of this project that its container reads. */
export const closedConfigFile = (
  serving: ServingName,
  platformFolder: string,
): string | undefined =>
  closedOf(
    Object.keys(manifestOf(serving).container?.config ?? {}).map((file) =>
      path.join(platformFolder, file),
    ),
  );

/** What a serving reads and is not there. */
export const missingModelFiles = (serving: ServingName, folder: string): readonly string[] =>
  modelFilesOf(serving, folder).filter((file) => !existsSync(file));
