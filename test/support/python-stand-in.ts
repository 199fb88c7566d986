import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { environmentAt, writeInstalled } from '../../serving-configs/runtimes/venv/environments.ts';
import { readRequirements } from '../../serving-configs/runtimes/venv/requirements.ts';
import { defaultCache } from '../../serving-configs/models/built-folder.ts';
import { writePython } from './python-stand-in/write-python.ts';

/**
 * Environment variables for a `serving-compare` that finds a stand-in for Python.
 *
 * @param cache an empty folder for installations
 * @param installed names of the environments that already exist
 */
export const pythonStandIn = async (
  cache: string,
  ...installed: readonly string[]
): Promise<Readonly<Record<string, string>>> => {
  const models = path.join(defaultCache(), 'models');
  mkdirSync(models, { recursive: true });
  // Share our model, which takes seconds to build.
  symlinkSync(models, path.join(cache, 'models'));
  const programs = path.join(cache, 'programs');
  writePython(path.join(programs, 'python3.11'));
  for (const name of installed) {
    const environment = environmentAt(cache, name);
    writePython(environment.python);
    await writeInstalled(environment, await readRequirements(name), '');
  }
  return { SERVING_COMPARE_CACHE: cache, PATH: programs };
};
