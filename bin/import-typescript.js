// Imports TypeScript. Node 24 and newer run it by themselves; for others it is compiled. The installed package has compiled programs only.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Where a program is in the package, which `lib/package/build.ts` fills. */
const inPackage = (file) =>
  path.join(
    ROOT,
    'programs',
    path.relative(ROOT, file).replaceAll(path.sep, '-').replace(/\.ts$/, '.js'),
  );

const toImport = async (url) => {
  const file = fileURLToPath(url);
  if (!existsSync(file)) return pathToFileURL(inPackage(file));
  if (process.features.typescript) return url;
  const { compiled } = await import('./compile-typescript.js');
  return pathToFileURL(await compiled(file));
};

/**
 * Imports a module in TypeScript.
 *
 * @param url its address, such as `new URL('../lib/main.ts', import.meta.url)`
 */
export const importTypeScript = async (url) => import(await toImport(url));
