import path from 'node:path';
import { environmentAt, writeInstalled } from '../../serving-configs/runtimes/venv/environments.ts';
import { readRequirements } from '../../serving-configs/runtimes/venv/requirements.ts';
import { bareMachine } from './bare-machine.ts';
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
  const machine = bareMachine(cache);
  writePython(path.join(machine.PATH, 'python3.11'));
  for (const name of installed) {
    const environment = environmentAt(cache, name);
    writePython(environment.python);
    await writeInstalled(environment, await readRequirements(name), '');
  }
  return machine;
};
