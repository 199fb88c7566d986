import path from 'node:path';
import { platformOf, type ServingName } from '../../index.ts';
import type { NotInPackages, PlatformVenv, VenvFacts } from './venv-facts.ts';

const PLATFORMS = path.resolve(import.meta.dirname, '..', '..', 'platforms');

/** The folder with the files that a serving's platform needs to run from packages. */
export const filesFolder = (serving: ServingName): string =>
  path.join(PLATFORMS, platformOf(serving), 'venv');

const isMissing = (error: unknown, file: string): boolean => {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(file);
};

/**
 * How a serving runs from packages, from the folder of its platform: a new platform needs no line here. One that says
 * nothing about it cannot run so.
 */
export const loadFacts = async (serving: ServingName): Promise<VenvFacts | NotInPackages> => {
  const file = path.join(platformOf(serving), 'venv.ts');
  try {
    const module = (await import(`../../platforms/${platformOf(serving)}/venv.ts`)) as {
      readonly default: PlatformVenv;
    };
    return module.default[serving] ?? { impossible: 'it has no way to run from packages' };
  } catch (error) {
    if (isMissing(error, file)) return { impossible: 'it has no way to run from packages' };
    throw error;
  }
};

export const isPossible = (facts: VenvFacts | NotInPackages): facts is VenvFacts =>
  !('impossible' in facts);
