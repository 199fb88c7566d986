import { chmod, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OwnManifest } from '../../manifest.ts';
import { askedInstances, type Settings } from '../../settings.ts';
import { COUNTS_FOLDER } from '../batch-counts.ts';
import { containerProbe } from '../ready.ts';

/**
 * The folder in which the processes of our application tell that they have loaded the model.
 *
 * @param work - The folder with the files of the container.
 * @returns undefined if there is one instance, or the probe or the server itself knows when all are ready
 */
export const countsFolderIn = (
  work: string,
  manifest: OwnManifest,
  settings: Settings,
): string | undefined => {
  const isTold = containerProbe(manifest).perInstance === true;
  return askedInstances(settings) === 1 || manifest.container.application === undefined || isTold
    ? undefined
    : path.join(work, COUNTS_FOLDER);
};

/** Makes this folder empty, for whatever user the container has. */
export const makeCountsFolder = async (
  ...where: Parameters<typeof countsFolderIn>
): Promise<string | undefined> => {
  const folder = countsFolderIn(...where);
  if (folder === undefined) return undefined;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  // The mask would take rights from a mode that mkdir gets.
  await chmod(folder, 0o777);
  return folder;
};
