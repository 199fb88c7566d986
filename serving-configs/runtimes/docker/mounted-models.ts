import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { modelNamed, ownManifestOf, type ServingName } from '../../index.ts';
import type { Accelerator, OwnManifest, ReadyProbe } from '../../manifest.ts';
import { formatsOf, readTensorModel, type TensorModel } from '../../models/tensors/tensor-model.ts';
import { shellWord } from '../../options/shell-word.ts';
import { UsageError } from '../../options/usage-error.ts';
import type { ContainerSetup } from './docker-arguments.ts';
import { containerProbe } from '../ready.ts';
import {
  findUnreadable,
  missingModelFiles,
  modelFilesOf,
  reasonAgainstModel,
} from './container-models.ts';
import type { ModelSource } from '../served-model.ts';
import { writeTensorModelFiles } from './tensor-model-files.ts';

/**
 * @param folder - The folder that the hint makes readable; by default, only the unreadable file.
 * @throws UsageError if the user of the image cannot read a file.
 */
const assertReadable = (
  title: string,
  what: 'configuration' | 'model',
  files: readonly string[],
  folder?: string,
): void => {
  const unreadable = findUnreadable(files);
  if (unreadable === undefined) return;
  throw new UsageError(
    `${title} runs as another user in its container and cannot read its ${what}: ${unreadable}`,
    `chmod -R a+rX ${shellWord(folder ?? unreadable)}`,
  );
};

/** The models that a container serves. */
interface MountedModels extends Pick<ContainerSetup, 'modelsFolder' | 'mounts' | 'tensorModel'> {
  /** The manifest with the name of the model. */
  readonly manifest: OwnManifest;
  /** The probe that tells when the model is ready. */
  readonly probe: ReadyProbe;
}

/** Reads a user's model; returns it with the manifest and the probe of the container that serves it. */
export const usersModelIn = async (
  serving: ServingName,
  tensorModelFile: string,
): Promise<Pick<MountedModels, 'manifest' | 'probe'> & { readonly users: TensorModel }> => {
  const users = readTensorModel(tensorModelFile);
  const manifest = ownManifestOf(serving, modelNamed(users.name));
  const { predict, ...probe } = containerProbe(manifest);
  const example = predict && { predict: new Uint8Array(await readFile(users.example.request)) };
  return { users, manifest, probe: { ...probe, ...example } };
};

/** A container and the model that it shall serve. */
interface ModelToMount {
  readonly serving: ServingName;
  readonly accelerator: Accelerator;
  readonly model: ModelSource;
}

/**
 * Checks that the container can read its configuration and its models, and writes the files that a user's model needs.
 *
 * @param work - The folder to write these files to; what it contains is removed.
 * @throws UsageError if the container cannot read a file or cannot serve the model.
 */
export const mountedModels = async (
  { serving, accelerator, model }: ModelToMount,
  platformFolder: string,
  work: string,
): Promise<MountedModels> => {
  const ours = ownManifestOf(serving);
  const { title } = ours;
  const config = Object.keys(ours.container.config ?? {});
  assertReadable(
    title,
    'configuration',
    config.map((file) => path.join(platformFolder, file)),
    platformFolder,
  );
  if (model.kind === 'resnet50') {
    const { folder: modelsFolder = '' } = model;
    const [missing] = missingModelFiles(serving, modelsFolder);
    if (missing !== undefined) {
      throw new UsageError(
        `the model of ${title} does not exist: ${missing}`,
        `npx serving-compare setup --runtime docker --servings ${serving}`,
      );
    }
    assertReadable(title, 'model', modelFilesOf(serving, modelsFolder), modelsFolder);
    return { manifest: ours, probe: containerProbe(ours), modelsFolder };
  }
  const { users, manifest, probe } = await usersModelIn(serving, model.file);
  const reason = reasonAgainstModel(serving, formatsOf(users));
  if (reason !== undefined) {
    throw new UsageError(
      `${serving} cannot serve the model "${users.name}": ${reason}`,
      '"npx serving-compare validate --model FILE.yaml" lists the servings that can',
    );
  }
  const written = await writeTensorModelFiles(work, serving, users, platformFolder, accelerator);
  assertReadable(title, 'model', Object.values(written.mounts));
  return { manifest, probe, modelsFolder: work, ...written };
};
