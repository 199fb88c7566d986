import { join, resolve } from 'node:path';

/** Root of this project, wherever it is called from. */
export const projectRoot = resolve(import.meta.dirname, '../../..');

/** The data set that comes with the project. */
export const defaultImagesDir = join(projectRoot, 'k6', 'images');

/** The JSON Schema of the description of a user's model. */
export const modelSchema = join(projectRoot, 'lib', 'bench', 'schemas', 'model.schema.json');

/** Scripts that the runner starts as processes. */
export const scripts = {
  serving: join(projectRoot, 'serving-configs', 'reference', 'main.ts'),
  direct: join(projectRoot, 'serving-configs', 'reference', 'direct.ts'),
  directTensors: join(projectRoot, 'serving-configs', 'reference', 'direct-tensors.ts'),
  describeModel: join(projectRoot, 'serving-configs', 'reference', 'describe-model.ts'),
  middleware: join(projectRoot, 'middleware', 'server.ts'),
  load: join(projectRoot, 'lib', 'bench', 'load', 'main.ts'),
  loadK6: join(projectRoot, 'lib', 'bench', 'load', 'k6', 'main.ts'),
} as const;

/** Scripts for the containers of this machine. */
export const dockerScripts = {
  main: join(projectRoot, 'serving-configs', 'runtimes', 'docker', 'main.ts'),
  setup: join(projectRoot, 'serving-configs', 'runtimes', 'docker', 'setup.ts'),
  list: join(projectRoot, 'serving-configs', 'runtimes', 'docker', 'list.ts'),
} as const;

/** Scripts for real servers from packages: a launcher, an installer and a list of what is installed. */
export interface VenvScripts {
  readonly main: string;
  readonly setup: string;
  readonly list: string;
}

/** Those of the folder that `SERVING_COMPARE_VENV` names, otherwise the project's own. */
export const venvScripts = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): VenvScripts => {
  const folder =
    env.SERVING_COMPARE_VENV ?? join(projectRoot, 'serving-configs', 'runtimes', 'venv');
  return {
    main: join(folder, 'main.ts'),
    setup: join(folder, 'setup.ts'),
    list: join(folder, 'list.ts'),
  };
};
