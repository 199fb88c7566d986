import { writeFileSync } from 'node:fs';

/**
 * Writes a stand-in for a program that needs nothing but Node.
 *
 * @param script CommonJS; its arguments start at `process.argv[2]`
 * @returns the file
 */
export const writeProgram = (file: string, script: string): string => {
  writeFileSync(file, `#!/usr/bin/env node\n${script}\n`, { mode: 0o755 });
  return file;
};
