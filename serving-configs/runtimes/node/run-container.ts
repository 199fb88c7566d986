import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { manifestOf, platformOf, type ServingName } from '../../index.ts';
import { readContainerModels } from '../docker/container-models.ts';
import { UsageError } from '../../options/usage-error.ts';
import { CONTAINER_NAME, dockerArguments } from './docker-arguments.ts';
import { NODE_MODELS, readPreparedServings } from './prepared-servings.ts';

/** Nothing that is in flight when a serving is stopped is anybody's. */
const STOP_SECONDS = 10;

let stopping = false;
const stop = (): void => {
  stopping = true;
  spawn('docker', ['stop', '--time', String(STOP_SECONDS), CONTAINER_NAME], { stdio: 'ignore' });
};

/**
 * Runs a serving's container, as the bootstrap prepared it, until it ends or this process is asked to stop, and ends with the
 * container's exit code where it ended by itself. It uses the network of the node: then a serving is reached over the same
 * path as the engine that computes nothing, with which the no-op limit is measured.
 * @throws UsageError where it cannot be started here.
 */
export const runContainer = async (serving: ServingName): Promise<void> => {
  const { accelerator, servings } = readPreparedServings();
  const image = servings[serving]?.image;
  if (image === undefined) {
    throw new UsageError(
      `${serving} is not available on this node: ${servings[serving]?.problem ?? 'it was not prepared'}`,
      'see the log of the bootstrap, fix what it says, and deploy again',
    );
  }
  const args = dockerArguments(manifestOf(serving), {
    image,
    accelerator,
    modelsFolder: (await readContainerModels(NODE_MODELS)).folder,
    platformFolder: path.resolve(import.meta.dirname, '..', '..', 'platforms', platformOf(serving)),
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
