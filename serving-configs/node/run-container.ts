import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, platformOf, type ServingName } from '../index.ts';
import { findImage } from '../docker/find-image.ts';
import { UsageError } from '../reference/usage-error.ts';
import { CONTAINER_NAME, dockerArguments } from './docker-arguments.ts';

/** Where the bootstrap puts the models. */
const MODELS_FOLDER = '/var/lib/serving-compare/models';
/** Nothing that is in flight when a serving is stopped is anybody's. */
const STOP_SECONDS = 10;

let stopping = false;
const stop = (): void => {
  stopping = true;
  spawn('docker', ['stop', '--time', String(STOP_SECONDS), CONTAINER_NAME], { stdio: 'ignore' });
};

/**
 * Runs a serving's container until it ends or this process is asked to stop, and ends with the container's exit code where it ended by
 * itself.
 * @throws UsageError where it cannot be started here.
 */
export const runContainer = async (
  serving: ServingName,
  image: string,
  address: string,
): Promise<void> => {
  const manifest = manifestOf(serving);
  const missing = (manifest.container?.models.files ?? [])
    .map((file) => path.join(MODELS_FOLDER, manifest.container?.models.folder ?? '', file))
    .filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new UsageError(
      `the models of ${manifest.title} are not whole: ${missing.join(', ')} is missing`,
      'put it into the folder that "models" of the configuration names, and deploy again',
    );
  }
  const found = await findImage({ name: image });
  if (found === undefined) {
    throw new UsageError(`the image ${image} is not here`, 'run the bootstrap of this node again');
  }
  const args = dockerArguments(manifest, {
    image: found.reference,
    accelerator: 'gpu',
    address,
    modelsFolder: MODELS_FOLDER,
    platformFolder: path.resolve(import.meta.dirname, '..', platformOf(serving)),
  });
  // Left behind where this process was killed: its name would be taken.
  spawnSync('docker', ['rm', '--force', CONTAINER_NAME], { stdio: 'ignore' });
  const docker = spawn('docker', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  docker.once('error', (error) => {
    process.stderr.write(`error: docker cannot be run: ${error.message}\n`);
    process.exit(1);
  });
  // However the container took it, an end that was asked for is no failure.
  docker.once('close', (exitCode) => process.exit(stopping ? 0 : (exitCode ?? 1)));
};
