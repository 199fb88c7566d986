import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ServingName } from '../../index.ts';
import { platformFolderOf } from '../platform-folder.ts';
import type { NotInPackages, PlatformVenv, VenvFacts } from './venv-facts.ts';

/** The folder with the files that a serving's platform needs to run from packages. */
export const filesFolder = (serving: ServingName): string =>
  path.join(platformFolderOf(serving), 'venv');

/**
 * How a serving runs from packages, from the folder of its platform: a new platform needs no line here. One that says
 * nothing about it cannot run so.
 */
export const loadFacts = async (serving: ServingName): Promise<VenvFacts | NotInPackages> => {
  const file = path.join(platformFolderOf(serving), 'venv.ts');
  const facts = existsSync(file)
    ? ((await import(file)) as { readonly default: PlatformVenv }).default[serving]
    : undefined;
  return facts ?? { impossible: 'it has no way to run from packages' };
};

export const isPossible = (facts: VenvFacts | NotInPackages): facts is VenvFacts =>
  !('impossible' in facts);
