import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultCache } from '../../../serving-configs/installation.ts';
import { environmentAt } from '../../../serving-configs/runtimes/venv/environments.ts';
import { findPython } from '../../../serving-configs/runtimes/venv/find-python.ts';
import { install } from '../../../serving-configs/runtimes/venv/install.ts';
import { pinnedVersions } from '../../../serving-configs/runtimes/venv/requirements.ts';
import { installUv } from '../../../serving-configs/runtimes/venv/uv.ts';

const file = path.join(import.meta.dirname, 'requirements.txt');

/** The Python with the clients of requirements.txt. Installs them if they are missing. */
export const clientsPython = async (log: (line: string) => void): Promise<string> => {
  const environment = environmentAt(defaultCache(), 'test-clients');
  const text = await readFile(file, 'utf8');
  await install(
    environment,
    {
      environment: environment.name,
      file,
      sourceFile: undefined,
      text,
      versions: pinnedVersions(text),
    },
    ['the tests'],
    async () => {
      const base = await findPython();
      return { base, uv: await installUv(defaultCache(), base) };
    },
    log,
  );
  return environment.python;
};
