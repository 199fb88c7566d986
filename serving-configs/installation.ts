import os from 'node:os';
import path from 'node:path';

/** Root of this project or of the installed package, independent of the working directory. */
export const projectRoot = path.resolve(import.meta.dirname, '..');

/** Whether npm has installed this as a package. A clone can do more: deploy to AWS and run the tests. */
export const isPackage = path.basename(path.dirname(projectRoot)) === 'node_modules';

/** Where programs keep what can be made again. Linux: https://specifications.freedesktop.org/basedir-spec/latest/ */
const userCache = (env: NodeJS.ProcessEnv): string => {
  if (process.platform === 'win32') {
    return env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local');
  }
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  const folder = env['XDG_CACHE_HOME'] ?? '';
  return path.isAbsolute(folder) ? folder : path.join(os.homedir(), '.cache');
};

/**
 * The folder for built models and environments, which users may delete at any time: `SERVING_COMPARE_CACHE`, or `.cache` in a clone, or
 * `serving-compare` in the user's folder of caches.
 */
export const defaultCache = (): string => {
  const { SERVING_COMPARE_CACHE: given } = process.env;
  if (given !== undefined) return path.resolve(given);
  if (!isPackage) return path.join(projectRoot, '.cache');
  return path.join(userCache(process.env), 'serving-compare');
};
