import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { manifestOf, platformOf, type ServingName, servingNames } from '../../index.ts';
import { type Options, readVariables } from '../../options/command.ts';
import { choice, integer, text } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';
import { readContainerModels } from '../docker/container-models.ts';
import { CONTAINER_NAME, dockerArguments } from './docker-arguments.ts';
import { NODE_MODELS, readPreparedServings } from './prepared-servings.ts';

/** What the unit of the serving is to run. */
interface StartRequest {
  readonly serving: ServingName;
  readonly engine: 'onnx' | 'noop' | 'delay';
  /** With the engine `delay`: what each request takes, one at a time, in milliseconds. */
  readonly delayMs?: number;
  /** The address of this node that the other one uses. */
  readonly address: string;
  /** Whether its container runs, and not the simulated server. */
  readonly isContainer: boolean;
}

const needed = { description: '', required: true } as const;

const variables = {
  SERVING: { ...needed, kind: choice('serving', servingNames) },
  ENGINE: { ...needed, kind: choice('engine', ['onnx', 'noop', 'delay']) },
  DELAY_MS: { kind: integer(1, 86_400_000), description: 'what the engine delay takes' },
  SC_RUNTIME: { ...needed, kind: choice('runtime', ['simulated', 'container']) },
  SC_ADDRESS: { ...needed, kind: text('ADDRESS', 'the address of this node') },
} as const satisfies Options;

/**
 * Reads the unit's environment: SERVING, ENGINE and DELAY_MS of the request, SC_RUNTIME and SC_ADDRESS of the node. Engines that
 * compute nothing are always the simulated server's: they measure the rig, not the platform.
 * @throws UsageError where it cannot be started like that.
 */
export const readStartRequest = (
  env: Readonly<Record<string, string | undefined>>,
): StartRequest => {
  const { SERVING, ENGINE, DELAY_MS, SC_RUNTIME, SC_ADDRESS } = readVariables(variables, env);
  const isContainer = SC_RUNTIME === 'container' && ENGINE === 'onnx';
  const request = { serving: SERVING, engine: ENGINE, address: SC_ADDRESS, isContainer } as const;
  if (ENGINE !== 'delay') return request;
  if (DELAY_MS === undefined) {
    throw new UsageError('DELAY_MS is not set', 'set it to what the engine delay takes');
  }
  return { ...request, delayMs: DELAY_MS };
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
  // An end that was asked for is not a failure, whatever the container's exit code.
  docker.once('close', (exitCode) => process.exit(stopping ? 0 : (exitCode ?? 1)));
};
