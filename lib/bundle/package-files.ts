import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, type PackedFile } from './file-list.ts';
import type { ProductionPackage } from './production-packages.ts';

/** Whether exactly these packages lie below a folder, as the lock file names them. */
export const holdsPackages = (root: string, packages: readonly ProductionPackage[]): boolean =>
  packages.every((wanted) => {
    try {
      const text = readFileSync(path.join(root, wanted.path, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version?: string }).version === wanted.version;
    } catch {
      return false;
    }
  });

/** What no program reads, and programs for other machines. */
const isUseless = (name: string): boolean =>
  /\.(md|markdown|map|d\.ts|d\.mts|d\.cts|tsbuildinfo)$/.test(name) ||
  /^node_modules\/onnxruntime-node\/bin\/napi-v\d+\/(?!linux(\/x64(\/|$)|$))/.test(name);

/** The files of a package without those of packages inside it. */
export const packageFiles = (root: string, wanted: ProductionPackage): readonly PackedFile[] =>
  filesBelow(
    root,
    wanted.path,
    (name) => name !== `${wanted.path}/node_modules` && !isUseless(name),
  );
