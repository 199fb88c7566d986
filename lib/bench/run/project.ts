import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the project: programs, data set and default folders are found from here, wherever the command is run. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

const inProject = (...parts: string[]): string => path.join(projectRoot, ...parts);

/** The programs that a run starts, each in a process of its own. */
export const programs = {
  serving: inProject('serving-configs', 'reference', 'main.ts'),
  direct: inProject('serving-configs', 'reference', 'direct.ts'),
  middleware: inProject('middleware', 'server.ts'),
  load: inProject('lib', 'bench', 'load', 'main.ts'),
} as const;

export const defaultImagesFolder = inProject('k6', 'images');
export const defaultResultsFolder = inProject('results');
