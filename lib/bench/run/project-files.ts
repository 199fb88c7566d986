import { join, resolve } from 'node:path';

/** Root of this project, wherever it is called from. */
export const projectRoot = resolve(import.meta.dirname, '../../..');

/** The data set that comes with the project. */
export const defaultImagesDir = join(projectRoot, 'k6', 'images');

/** What the runner starts, each as a process of its own. */
export const scripts = {
  serving: join(projectRoot, 'serving-configs', 'reference', 'main.ts'),
  direct: join(projectRoot, 'serving-configs', 'reference', 'direct.ts'),
  middleware: join(projectRoot, 'middleware', 'server.ts'),
  load: join(projectRoot, 'lib', 'bench', 'load', 'main.ts'),
  loadK6: join(projectRoot, 'lib', 'bench', 'load', 'k6', 'main.ts'),
} as const;
