import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** @throws Error if a program that a test needs is missing, because such tests must fail instead of being skipped. */
export const assertPrograms = (...programs: readonly string[]): void => {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    throw new Error(
      `not on the PATH: ${missing.join(', ')}; npm run test:tools needs these programs, npm test only needs Node`,
    );
  }
};
