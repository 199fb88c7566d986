import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME_PATHS } from '../../lib/bundle/runtime-sources.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Copies the project into an empty folder, so that what it remembers is its own. */
export const copyProject = (folder: string): string => {
  for (const name of [
    ...RUNTIME_PATHS,
    'lib',
    'bin',
    'cdk.json',
    'package.json',
    'package-lock.json',
  ]) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
};
