import { prefixOf } from '../stand-ins/build-stand-ins.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import type { Registry } from './registry.ts';

const REGISTRY_VARIABLE = 'SERVING_COMPARE_REGISTRY';
const FOLDER_VARIABLE = 'TEST_DOCKER_FOLDER';

/** The daemon and the images of one run of `npm run test:docker`, shared by all test files. */
export interface DockerEnvironment {
  /** Prefix of the names of the stand-ins: `127.0.0.1:PORT/standin`. */
  readonly prefix: string;
  /** Folder of the daemon. */
  readonly folder: string;
}

/** The environment variables that tell the processes of a run its daemon and its registry. */
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
    throw new Error('these tests need a daemon and images: run "npm run test:docker"');
  }
  return { prefix, folder: process.env[FOLDER_VARIABLE] ?? '' };
};
