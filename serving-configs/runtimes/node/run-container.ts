import { spawn, spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ownManifestOf, type ServingName, servingNames } from '../../index.ts';
import { readVariables, type Variables } from '../../options/command.ts';
import { choice, file, integer, text } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';
import { readContainerModels } from '../docker/container-models.ts';
import { mountedModels } from '../docker/mounted-models.ts';
import { platformFolderOf } from '../platform-folder.ts';
import { CONTAINER_NAME, dockerArguments } from '../docker/docker-arguments.ts';
import { NODE_MODELS, readPreparedServings } from './prepared-servings.ts';

/** What the unit of the serving is to run. */
interface StartRequest {
  readonly serving: ServingName;
  readonly engine: 'onnx' | 'noop' | 'delay';
  /** With the engine `delay`: what each request takes, one at a time, in milliseconds. */
  readonly delayMs?: number;
  /** The file that tells of a user's model; absent: ResNet-50. */
  readonly tensorModelFile?: string;
  /** The address of this node that the other one uses. */
  readonly address: string;
  /** Whether its container runs, and not the simulated server. */
  readonly isContainer: boolean;
}

const needed = { required: true } as const;

const variables = {
  SERVING: { ...needed, kind: choice('serving', servingNames) },
  ENGINE: { ...needed, kind: choice('engine', ['onnx', 'noop', 'delay']) },
  DELAY_MS: { kind: integer(1, 86_400_000) },
  TENSOR_MODEL: { kind: file() },
  SC_RUNTIME: { ...needed, kind: choice('runtime', ['simulated', 'container']) },
  SC_ADDRESS: { ...needed, kind: text('ADDRESS', 'the address of this node') },
} as const satisfies Variables;

/**
 * Reads the unit's environment: SERVING, ENGINE, DELAY_MS and TENSOR_MODEL of the request, SC_RUNTIME and SC_ADDRESS of the node. Engines that
 * compute nothing are always the simulated server's: they measure the rig, not the platform.
 * @throws UsageError where it cannot be started like that.
 */
export const readStartRequest = (
  env: Readonly<Record<string, string | undefined>>,
): StartRequest => {
  const values = readVariables(variables, env);
  const { SERVING, ENGINE, DELAY_MS, TENSOR_MODEL, SC_RUNTIME, SC_ADDRESS } = values;
  const isContainer = SC_RUNTIME === 'container' && ENGINE === 'onnx';
  if (ENGINE === 'delay' && DELAY_MS === undefined) {
    throw new UsageError('DELAY_MS is not set', 'set it to what the engine delay takes');
  }
  return {
    serving: SERVING,
    engine: ENGINE,
    delayMs: ENGINE === 'delay' ? DELAY_MS : undefined,
    tensorModelFile: TENSOR_MODEL,
    address: SC_ADDRESS,
    isContainer,
  };
};

const emptyFolder = async (folder: string): Promise<string> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return folder;
};

/** Requests in flight when a serving is stopped need no answer. */
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
 * @param tensorModelFile - Tells of a user's model; undefined: the model of this node.
 * @throws UsageError where it cannot be started here.
 */
export const runContainer = async (
  serving: ServingName,
  tensorModelFile: string | undefined,
): Promise<void> => {
  const { accelerator, servings } = readPreparedServings();
  const image = servings[serving]?.image;
  if (image === undefined) {
    throw new UsageError(
      `${serving} is not available on this node: ${servings[serving]?.problem ?? 'it was not prepared'}`,
      'see the log of the bootstrap, fix what it says, and deploy again',
    );
  }
  const platformFolder = platformFolderOf(serving);
  const mounted =
    tensorModelFile === undefined
      ? {
          manifest: ownManifestOf(serving),
          modelsFolder: (await readContainerModels(NODE_MODELS)).folder,
        }
      : await mountedModels({ serving, accelerator, tensorModelFile }, platformFolder, () =>
          emptyFolder(path.join(path.dirname(tensorModelFile), 'mounted')),
        );
  const place = { image, accelerator, platformFolder, ...mounted };
  const args = dockerArguments(mounted.manifest, place);
  // Left behind where this process was killed: its name would be taken.
  spawnSync('docker', ['rm', '--force', CONTAINER_NAME], { stdio: 'ignore' });
  const docker = spawn('docker', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  docker.once('error', (error) => {
    process.stderr.write(`error: docker cannot be run: ${error.message}\n`);
    process.exit(1);
  });
  // An end that was asked for is not a failure, whatever the container's exit code.
  docker.once('close', (exitCode) => process.exit(stopping ? 0 : (exitCode ?? 1)));
};
