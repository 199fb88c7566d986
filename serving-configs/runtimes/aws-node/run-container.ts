import { spawn, spawnSync } from 'node:child_process';
import { type ServingName, servingNames } from '../../index.ts';
import { CLASSIFIER, readModel, withFiles } from '../../models/model.ts';
import type { Variables } from '../../options/command.ts';
import { readVariables } from '../../options/variables.ts';
import { choice, file, integer, text } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';
import { platformsFolderIn } from '../docker/container-models.ts';
import { mountedModels } from '../docker/mounted-models.ts';
import { platformFolderOf } from '../platform-folder.ts';
import { CONTAINER_NAME, dockerArguments } from '../docker/docker-arguments.ts';
import { SETTINGS_ID, settingsOfId, SINGLE, type Settings } from '../../settings.ts';
import { makeCountsFolder } from '../docker/counts-folder.ts';
import { NODE_CONTAINER, NODE_MODELS, readPreparedServings } from './prepared-servings.ts';

const required = { required: true } as const;

const variables = {
  SERVING: { ...required, kind: choice('serving', servingNames) },
  ENGINE: { ...required, kind: choice('engine', ['onnx', 'noop', 'delay']) },
  DELAY_MS: { kind: integer(1, 86_400_000) },
  DELAY_PER_INPUT_MS: { kind: integer(1, 86_400_000) },
  SETTINGS: { kind: text('SETTINGS', 'the id of settings, as i1-t1-b1-d0', SETTINGS_ID) },
  MODEL: { kind: file(), default: CLASSIFIER.file },
  SC_RUNTIME: { ...required, kind: choice('runtime', ['simulated', 'container']) },
  SC_ADDRESS: { ...required, kind: text('ADDRESS', 'the address of this node') },
} as const satisfies Variables;

/**
 * Reads the environment of the unit: SERVING, ENGINE, DELAY_MS, DELAY_PER_INPUT_MS, SETTINGS and MODEL come from the request, SC_RUNTIME and SC_ADDRESS
 * from the node. Engines other than `onnx` always run in the simulated server, because they measure the rig, not the platform.
 * @returns the options of the simulated server, the settings, and whether to run the container instead.
 * @throws UsageError if a variable is missing or wrong.
 */
export const readStartRequest = (env: Readonly<Record<string, string | undefined>>) => {
  const values = readVariables(variables, env);
  const { SERVING, ENGINE, DELAY_MS, DELAY_PER_INPUT_MS, SETTINGS, MODEL } = values;
  const { SC_RUNTIME, SC_ADDRESS } = values;
  return {
    isContainer: SC_RUNTIME === 'container' && ENGINE === 'onnx',
    serving: SERVING,
    engine: ENGINE,
    delay: ENGINE === 'delay' ? DELAY_MS : undefined,
    'delay-per-input': ENGINE === 'delay' ? DELAY_PER_INPUT_MS : undefined,
    settings: settingsOfId(SETTINGS ?? ''),
    model: MODEL,
    host: SC_ADDRESS,
  };
};

/** Short, because requests in flight need no answer when a serving is stopped. */
const STOP_SECONDS = 10;

let stopping = false;
const stop = (): void => {
  stopping = true;
  spawn('docker', ['stop', '--time', String(STOP_SECONDS), CONTAINER_NAME], { stdio: 'ignore' });
};

/**
 * Runs the prepared container of a serving until it ends or this process gets a signal. If it ends by itself, this process exits
 * with the same code. The container uses the network of the node, so that requests take the same network path as to the no-op
 * engine, with which the no-op limit is measured.
 * @param modelFile - Describes the model.
 * @throws UsageError if it cannot be started.
 */
export const runContainer = async (
  serving: ServingName,
  modelFile: string,
  settings: Settings = SINGLE,
): Promise<void> => {
  const { accelerator, servings } = readPreparedServings();
  const image = servings[serving]?.image;
  if (image === undefined) {
    throw new UsageError(
      `${serving} is not available on this node: ${servings[serving]?.problem ?? 'it was not prepared'}`,
      'see the log of the bootstrap, fix the problem, and deploy again',
    );
  }
  const platformFolder = platformFolderOf(serving);
  const model = withFiles(readModel(modelFile), { folder: platformsFolderIn(NODE_MODELS) });
  const mounted = await mountedModels(
    { serving, accelerator, settings, model },
    platformFolder,
    NODE_CONTAINER,
  );
  const countsFolder = await makeCountsFolder(NODE_CONTAINER, mounted.manifest, settings);
  const setup = { image, accelerator, settings, countsFolder, ...mounted };
  const args = dockerArguments(mounted.manifest, setup);
  // If this process was killed before, a container with this name may be left.
  spawnSync('docker', ['rm', '--force', CONTAINER_NAME], { stdio: 'ignore' });
  const docker = spawn('docker', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  docker.once('error', (error) => {
    process.stderr.write(`error: docker cannot be run: ${error.message}\n`);
    process.exit(1);
  });
  // A requested end is not a failure, whatever the exit code of the container.
  docker.once('close', (exitCode) => process.exit(stopping ? 0 : (exitCode ?? 1)));
};
