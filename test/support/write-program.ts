import { writeFileSync } from 'node:fs';

/**
 * Writes a program that stands for another one, and needs nothing but Node.
 * @param does - JavaScript that knows `require`, not `import`; its words begin at `process.argv[2]`.
 * @returns the file
 */
export const writeProgram = (file: string, does: string): string => {
  writeFileSync(file, `#!/usr/bin/env node\n${does}\n`, { mode: 0o755 });
  return file;
};
