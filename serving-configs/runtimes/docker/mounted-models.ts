import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ownManifestOf, type ServingName } from '../../index.ts';
import type { OwnManifest, ReadyProbe } from '../../manifest.ts';
import { formatsOf, readTensorModel, type TensorModel } from '../../models/tensors/tensor-model.ts';
import { shellWord } from '../../options/shell-word.ts';
import { UsageError } from '../../options/usage-error.ts';
import type { ContainerPlace } from './docker-arguments.ts';
import { containerProbe } from '../ready.ts';
import {
  closedOf,
  missingModelFiles,
  modelFilesOf,
  reasonAgainstModel,
} from './container-models.ts';
import type { ContainerOptions } from './options.ts';
import { writeTensorModelFiles } from './tensor-model-files.ts';

/**
 * @param open - What is to be opened to every user.
 * @throws UsageError where the user of the image cannot read a file.
 */
const assertOpen = (
  title: string,
  what: 'configuration' | 'model',
  files: readonly string[],
  open?: string,
): void => {
  const closed = closedOf(files);
  if (closed === undefined) return;
  throw new UsageError(
    `${title} runs as another user in its container and cannot read its ${what}: ${closed}`,
    `chmod -R a+rX ${shellWord(open ?? closed)}`,
  );
};

/** What a container serves. */
interface MountedModels extends Pick<ContainerPlace, 'modelsFolder' | 'mounts' | 'tensorModel'> {
  /** With the name of the model. */
  readonly manifest: OwnManifest;
  /** What tells that it answers. */
  readonly probe: ReadyProbe;
}

/** A user's model, and how the container of a serving is asked for it. */
export const usersModelIn = async (
  serving: ServingName,
  tensorModelFile: string,
): Promise<Pick<MountedModels, 'manifest' | 'probe'> & { readonly users: TensorModel }> => {
  const users = readTensorModel(tensorModelFile);
  const manifest = ownManifestOf(serving, users.name);
  const { predict, ...probe } = containerProbe(manifest);
  const example = predict && { predict: new Uint8Array(await readFile(users.example.request)) };
  return { users, manifest, probe: { ...probe, ...example } };
};

/** The models that a container is to serve: those in a folder, or a user's. */
type ModelSource = Pick<ContainerOptions, 'serving' | 'accelerator'> &
  ({ readonly modelsFolder: string } | { readonly tensorModelFile: string });

/**
 * The models of the folder that was named; or a user's model, for which files are written.
 *
 * @param makeFolder - Makes an empty one; only a user's model needs it.
 * @throws UsageError where the container cannot read them.
 */
export const mountedModels = async (
  options: ModelSource,
  platformFolder: string,
  makeFolder: () => Promise<string>,
): Promise<MountedModels> => {
  const { serving, accelerator } = options;
  const ours = ownManifestOf(serving);
  const { title } = ours;
  const config = Object.keys(ours.container.config ?? {});
  assertOpen(
    title,
    'configuration',
    config.map((file) => path.join(platformFolder, file)),
    platformFolder,
  );
  if (!('tensorModelFile' in options)) {
    const { modelsFolder } = options;
    const [missing] = missingModelFiles(serving, modelsFolder);
    if (missing !== undefined) {
      throw new UsageError(
        `the model of ${title} is not there: ${missing}`,
        `npx serving-compare setup --runtime docker --servings ${serving}`,
      );
    }
    assertOpen(title, 'model', modelFilesOf(serving, modelsFolder), modelsFolder);
    return { manifest: ours, probe: containerProbe(ours), modelsFolder };
  }
  const { users, manifest, probe } = await usersModelIn(serving, options.tensorModelFile);
  const against = reasonAgainstModel(serving, formatsOf(users));
  if (against !== undefined) {
    throw new UsageError(
      `${serving} cannot serve ${users.name}: ${against}`,
      'npx serving-compare validate --model FILE.yaml lists what can take it',
    );
  }
  const work = await makeFolder();
  const given = await writeTensorModelFiles(work, serving, users, platformFolder, accelerator);
  assertOpen(title, 'model', Object.values(given.mounts));
  return { manifest, probe, modelsFolder: work, ...given };
};
