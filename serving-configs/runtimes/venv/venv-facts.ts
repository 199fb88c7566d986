import path from 'node:path';
import { ownManifestOf, RESNET50, type ServingName } from '../../index.ts';
import type { NotInPackages, VenvFacts } from '../../manifest.ts';
import { platformFolderOf } from '../platform-folder.ts';

/** The folder with the files that the platform of a serving needs to run from packages. */
export const filesFolder = (serving: ServingName): string =>
  path.join(platformFolderOf(serving), 'venv');

/** How a serving runs from packages, or why it cannot. */
export const factsOf = (serving: ServingName): VenvFacts | NotInPackages =>
  ownManifestOf(serving, RESNET50).venv;

export const isPossible = (facts: VenvFacts | NotInPackages): facts is VenvFacts =>
  !('impossible' in facts);
