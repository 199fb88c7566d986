import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder in which the stand-in keeps what is installed: a file a serving, with the version in it. */
export const stateFolder = process.env.VENV_STAND_IN ?? '/nowhere';

/** Version of a serving that is installed; undefined where it is not. */
export const installedVersion = (serving: string): string | undefined => {
  const file = join(stateFolder, serving);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};
