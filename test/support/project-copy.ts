import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME_PATHS } from '../../lib/aws/bundle/runtime-sources.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Copies the project into an empty folder, so that it has its own cache. Only the archives of packages for nodes are shared. */
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
  mkdirSync(path.join(root, '.cache/archives'), { recursive: true });
  mkdirSync(path.join(folder, '.cache'));
  symlinkSync(path.join(root, '.cache/archives'), path.join(folder, '.cache/archives'));
  return folder;
};
