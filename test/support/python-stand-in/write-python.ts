import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child-process.ts';

const PROGRAM = path.join(import.meta.dirname, 'python.ts');

/** Writes a stand-in for Python, see `python.ts`. */
export const writePython = (file: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  const words = [process.execPath, ...TYPESCRIPT_LOADER, PROGRAM].map((word) => `'${word}'`);
  writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
};
