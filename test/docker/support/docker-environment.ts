import { prefixOf } from '../stand-ins/build-stand-ins.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import type { Registry } from './registry.ts';

/** `127.0.0.1:PORT/standin`: what comes before the names of the stand-ins. */
const REGISTRY_VARIABLE = 'SERVING_COMPARE_REGISTRY';
const FOLDER_VARIABLE = 'TEST_DOCKER_FOLDER';

/** The daemon and the images that one run of `npm run test:docker` has for all of its files. */
export interface DockerEnvironment {
  /** What comes before the names of the stand-ins. */
  readonly prefix: string;
  /** The folder of the daemon. */
  readonly folder: string;
}

/** The variables by which the processes of a run find its daemon and its registry. */
export const variablesOf = (
  { env, folder }: Pick<DockerDaemon, 'env' | 'folder'>,
  registry: Pick<Registry, 'address'>,
): Readonly<Record<string, string>> => ({
  DOCKER_HOST: env['DOCKER_HOST'] ?? '',
  DOCKER_CONFIG: env['DOCKER_CONFIG'] ?? '',
  [REGISTRY_VARIABLE]: prefixOf(registry),
  [FOLDER_VARIABLE]: folder,
});

/**
 * The daemon and the images of this run.
 * @throws Error outside of `npm run test:docker`.
 */
export const dockerEnvironment = (): DockerEnvironment => {
  const prefix = process.env[REGISTRY_VARIABLE];
  if (prefix === undefined || process.env['DOCKER_HOST'] === undefined) {
    throw new Error('there are no daemon and no images: run "npm run test:docker"');
  }
  return { prefix, folder: process.env[FOLDER_VARIABLE] ?? '' };
};
