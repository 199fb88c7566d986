import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Environment of a `serving-compare` whose platforms from packages are stand-ins, with a folder that says what is installed. */
export const venvStandIn = (
  folder: string,
  installed: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  for (const [serving, version] of Object.entries(installed)) {
    writeFileSync(join(folder, serving), version);
  }
  return {
    SERVING_COMPARE_VENV: join(import.meta.dirname, 'venv-stand-in'),
    VENV_STAND_IN: folder,
  };
};
