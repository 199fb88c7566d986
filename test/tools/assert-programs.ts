import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const isThere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Says which of the programs that a test is about are not on this machine.
 *
 * @throws Error where one is missing: a test that does not run shows nothing
 */
export const assertPrograms = (...programs: readonly string[]): void => {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length > 0) {
    throw new Error(
      `not on the PATH: ${missing.join(', ')}; npm run test:tools needs what it tries, npm test needs only Node`,
    );
  }
};
